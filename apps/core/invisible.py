"""Characters that nobody sees: two names that look the same would be two, and found by one of them.

They come along when text is copied from web pages and programs for text. The joiners are
characters of some scripts: between two letters of Persian they decide how these are written.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

JOINERS = "\u200c\u200d"
# Letters, marks and a pattern that take a place and show nothing.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"
# Signs of a group of digits or words, which are of the same category and are seen.
VISIBLE_SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Scripts whose letters join nothing, by how the names of their letters begin.
UNJOINED_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW")


def validate_visible_text(text: str) -> None:
    """Refuse characters that are not seen, by their number and by what stands before them."""
    for position, character in enumerate(text):
        if is_invisible(character) and not is_joiner_in_word(text, position):
            before = f"after “{text[:position][-20:]}”" if position else "at the beginning"
            raise ValidationError(
                f"The invisible character U+{ord(character):04X} stands {before}: take it out.",
                code="character",
            )


def is_invisible(character: str) -> bool:
    """Whether nothing is seen of a character: formats, ends of lines, fillers."""
    if character in FILLERS:
        return True
    is_format = unicodedata.category(character) in {"Cf", "Zl", "Zp"}
    return is_format and not VISIBLE_SIGNS.match(character)


def is_joiner_in_word(text: str, position: int) -> bool:
    """Whether a joiner stands between two letters that it can join or part."""
    neighbours = text[max(position - 1, 0) : position] + text[position + 1 : position + 2]
    return (
        text[position] in JOINERS
        and len(neighbours) == 2
        and all(is_joining_letter(neighbour) for neighbour in neighbours)
    )


def is_joining_letter(character: str) -> bool:
    """Whether it is a letter, or a mark on one, of a script that knows joiners."""
    is_letter = unicodedata.category(character)[0] in "LM"
    return is_letter and not unicodedata.name(character, "").startswith(UNJOINED_SCRIPTS)

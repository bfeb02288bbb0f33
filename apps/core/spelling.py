"""How a text is spelt: as a slug, in whatever script it is written; and what was perhaps meant."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from unicodedata import normalize

from anyascii import anyascii

# What anyascii leaves out or spells badly: vowels of Arabic script, at the beginning of a word also
# two letters for one; of Armenian some letters, and the marks that stand within a word.
SPELLINGS = [
    (re.compile(pattern), latin)
    for pattern, latin in {
        r"\bای": "i",
        r"\bاو": "u",
        "إ": "i",
        "[اأٱ]": "a",
        "[Ոո]ւ|ՈՒ": "u",
        "[Եե]ւ|ԵՒ": "ev",
        "[Ռռ]": "r",
        "[՚-՟]": "",
    }.items()
]
SIGNS_IN_WORDS = re.compile("['`\"]")  # apostrophes, soft and hard signs, as anyascii writes them
SLUG_WORD = re.compile(r"[a-z0-9]+")

SIGNS_BETWEEN = re.compile(r"[-_ .]")
MIN_MISSPELT_LETTERS = 6  # of a name in which another letter is taken for a slip
LONGEST_CODE = 3  # letters
LEAST_LIKENESS = 0.75  # nmae and name; of limit and omit it is 0.67
SUGGESTION_PATTERN = re.compile(r" Did you mean “([^”]+)”\?\Z")


def nearest_words(word: str, known: Iterable[str]) -> list[str]:
    """The known word that was meant by `word`, if one stands out: rather none than a wrong one.

    A word that differs in capitals or signs alone is it; else the likest, if no other is as like.
    Codes of up to three letters are like many words and are not guessed, unless two letters changed
    places.
    """
    words = list(known)
    bare = bare_letters(word[:100])
    if same := [other for other in words if bare and bare_letters(other) == bare]:
        return same if len(same) == 1 else []
    if turned := [other for other in words if are_turned(bare, bare_letters(other))]:
        return turned if len(turned) == 1 else []
    letters, by_letters = word[:100].lower(), {other.lower(): other for other in words}
    longer = [other for other in by_letters if len(other) > LONGEST_CODE]
    near = get_close_matches(letters, longer, n=2, cutoff=LEAST_LIKENESS)
    ratios = [SequenceMatcher(None, other, letters).ratio() for other in near]
    if len(near) == 2 and ratios[0] == ratios[1]:
        return []
    return [by_letters[other] for other in near[:1]]


def is_another_word(word: str, other: str) -> bool:
    """Whether two short words of one length differ in a letter: iran is not iraq misspelt."""
    is_short = len(word) == len(other) < MIN_MISSPELT_LETTERS
    return is_short and sorted(word) != sorted(other)


def are_turned(word: str, code: str) -> bool:
    """Whether a word is a code of three letters of which two beside each other changed places."""
    return len(code) == LONGEST_CODE and word in (
        code[1] + code[0] + code[2],
        code[0] + code[2] + code[1],
    )


def bare_letters(word: str) -> str:
    """A word in lower case, without the signs between its parts."""
    return SIGNS_BETWEEN.sub("", word.casefold())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“ Did you mean “…”?”, or nothing where no known word is near."""
    return suggest_words(nearest_words(word, known))


def suggest_words(meant: Sequence[str]) -> str:
    """The question whether a word was meant, after a blank; nothing where there is none."""
    return f" Did you mean “{meant[0]}”?" if meant else ""


def suggested_words(text: str) -> list[str]:
    """The word that a text of `did_you_mean` ends with, if it does."""
    return SUGGESTION_PATTERN.findall(text)


def propose_slug(text: str, most: int = 120) -> str:
    """The slug of a name: its words in lower-case Latin letters, whole ones up to `most` letters.

    Empty where there is no word in it.
    """
    composed = normalize("NFKC", text)
    for pattern, latin in SPELLINGS:
        composed = pattern.sub(latin, composed)
    words = SLUG_WORD.findall(SIGNS_IN_WORDS.sub("", anyascii(composed).lower()))
    slug = "-".join(words)
    return slug if len(slug) <= most else slug[: most + 1].rpartition("-")[0] or slug[:most]

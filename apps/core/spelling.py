"""How a text is spelt: as a slug, in whatever script it is written; and what was perhaps meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import normalize

from anyascii import anyascii

# What anyascii leaves out or spells badly: vowels of Arabic script, at the beginning of a word also
# two letters for one; in Armenian two pairs of letters, and the marks that stand within a word.
SPELLINGS = [
    (re.compile(pattern), latin)
    for pattern, latin in {
        r"\bای": "i",
        r"\bاو": "u",
        "إ": "i",
        "[اأٱ]": "a",
        "[Ոո]ւ|ՈՒ": "u",
        "[Եե]ւ|ԵՒ": "ev",
        "[՚-՟]": "",
    }.items()
]
SIGNS_IN_WORDS = re.compile("['`\"]")  # apostrophes, soft and hard signs, as anyascii writes them
SLUG_WORD = re.compile(r"[a-z0-9]+")

SUGGESTION_PATTERN = re.compile(r" Did you mean “([^”]+)”\?\Z")


def nearest_words(word: str, known: Iterable[str]) -> list[str]:
    """The known word that is most like `word`, if any is."""
    return get_close_matches(word[:100], list(known), n=1, cutoff=0.6)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“ Did you mean “…”?”, or nothing where no known word is near."""
    near = nearest_words(word, known)
    return f" Did you mean “{near[0]}”?" if near else ""


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

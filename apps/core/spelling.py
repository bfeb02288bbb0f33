"""What was perhaps meant by a word that is not known."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

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

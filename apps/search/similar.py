"""Misspelt words: entries whose label or names have words like those of a query.

The database proposes entries that share sequences of three letters with the query; how like the
words are is counted here, so that both databases answer the same.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from django.db.models import QuerySet

from apps.search.engines import current_engine
from apps.search.models import Entry
from apps.search.words import SearchQuery

MIN_LIKENESS = 0.75  # karabkah and karabakh are alike to 0.88, iran and iraq to 0.75


def similar_entries(query: SearchQuery, entries: QuerySet) -> list[tuple[float, Entry]]:
    """How like the query the entries are that are like it at all."""
    if not query.misspellable_words:
        return []
    scored = []
    for entry in current_engine().similarly_spelt_entries(query, entries):
        score = words_likeness(query.words, {*entry.label_words.split(), *entry.name_words.split()})
        if score >= MIN_LIKENESS:
            scored.append((score, entry))
    return scored


def words_likeness(wanted: Iterable[str], words: set[str]) -> float:
    """How like `words` are to the wanted ones, from 0 to 1: the least of each one's best match."""
    return min(
        max((shared_letters_ratio(word, other) for other in words), default=0.0) for word in wanted
    )


@lru_cache(maxsize=10_000)
def shared_letters_ratio(word: str, other: str) -> float:
    """The share of letters that two words have in the same order; 0 where it is below ALIKE."""
    matcher = SequenceMatcher(None, word, other, autojunk=False)
    if matcher.real_quick_ratio() < MIN_LIKENESS or matcher.quick_ratio() < MIN_LIKENESS:
        return 0.0
    return matcher.ratio()

"""The vocabularies by name: the closed word lists of the project, and the lists of codes."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import models

from apps.core import codes
from apps.core.fields import WordListField

Entry = dict[str, Any]
Words = tuple[tuple[str, str], ...]

# Lists of codes, which are no vocabularies of ours: name and what stands in them.
CODE_LISTS = {
    "Country": (codes.COUNTRIES, "ISO 3166-1 alpha-2 codes of countries; XK is user-assigned."),
    "State": (codes.STATE_CODES, "ISO 3166-1 alpha-3 codes of countries; XKX is user-assigned."),
    "Currency": (codes.CURRENCIES, "ISO 4217 codes of currencies."),
}


def docstring(described: Any) -> str:
    """The docstring of a class, on one line."""
    return " ".join((described.__doc__ or "").split())


def classes_of_words(base: Any = models.TextChoices) -> Iterator[Any]:
    """Every vocabulary of the project."""
    for one in base.__subclasses__():
        if one.__module__.startswith("apps."):
            yield one
        yield from classes_of_words(one)


@cache
def vocabularies() -> dict[Words, Entry]:
    """Every vocabulary and list of codes by its words: name, docstring, words with labels."""
    found: list[tuple[str, str, Iterable[Any]]] = [
        (one.__qualname__, docstring(one), one.choices) for one in classes_of_words()
    ]
    found += [(name, text, words) for name, (words, text) in CODE_LISTS.items()]
    return {
        tuple(words): {
            "name": name,
            "description": text,
            "words": [{"word": str(word), "label": str(label)} for word, label in words],
        }
        for name, text, words in found
    }


def words_of(field: models.Field) -> Words:
    """The words that a column may hold; none if it is open."""
    if isinstance(field, WordListField):
        return tuple(field.words.choices) if field.words else ()
    return tuple((field.choices or ()) if not field.is_relation else ())


def vocabulary_of(field: models.Field) -> str | None:
    """The name of the vocabulary out of which a column's words are."""
    words = words_of(field)
    return vocabularies()[words]["name"] if words else None


@cache
def named_by_words() -> dict[tuple[str, ...], str]:
    """The vocabularies' names by their bare words, as the schemas of filters list them."""
    return {tuple(word for word, _ in words): one["name"] for words, one in vocabularies().items()}


def in_use(names: Iterable[str | None]) -> list[Entry]:
    """The vocabularies of these names, in the order of the alphabet."""
    wanted = {*names}
    found = [one for one in vocabularies().values() if one["name"] in wanted]
    return sorted(found, key=lambda one: one["name"])


def of_words(schema: Entry) -> Entry:
    """The words that a parameter takes: a vocabulary by its name, others as they are."""
    words = tuple(schema.get("enum", ()))
    name = named_by_words().get(words)
    return {"vocabulary": name, "words": list(words) if words and name is None else None}

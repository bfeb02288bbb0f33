"""The vocabularies by name: the closed word lists of the project, and the lists of codes."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import models

from apps.core import codes
from apps.core.fields import WordListField

CodebookEntry = dict[str, Any]
WordsWithLabels = tuple[tuple[str, str], ...]

# Lists of codes, which are no vocabularies of ours: name and what stands in them.
CODE_LISTS = {
    "Country": (codes.COUNTRIES, "ISO 3166-1 alpha-2 codes of countries; XK is user-assigned."),
    "State": (codes.STATE_CODES, "ISO 3166-1 alpha-3 codes of countries; XKX is user-assigned."),
    "Currency": (codes.CURRENCIES, "ISO 4217 codes of currencies."),
}


def docstring_on_one_line(described: type) -> str:
    """The docstring of a class, on one line."""
    return " ".join((described.__doc__ or "").split())


def vocabulary_classes(
    base: type[models.TextChoices] = models.TextChoices,
) -> Iterator[type[models.TextChoices]]:
    """Every vocabulary of the project."""
    for vocabulary in base.__subclasses__():
        if vocabulary.__module__.startswith("apps."):
            yield vocabulary
        yield from vocabulary_classes(vocabulary)


@cache
def vocabularies_by_words() -> dict[WordsWithLabels, CodebookEntry]:
    """Every vocabulary and list of codes by its words: name, docstring, words with labels."""
    vocabularies: list[tuple[str, str, Iterable[Any]]] = [
        (vocabulary.__qualname__, docstring_on_one_line(vocabulary), vocabulary.choices)
        for vocabulary in vocabulary_classes()
    ]
    vocabularies += [(name, text, words) for name, (words, text) in CODE_LISTS.items()]
    return {
        tuple(words): {
            "name": name,
            "description": text,
            "words": [{"word": str(word), "label": str(label)} for word, label in words],
        }
        for name, text, words in vocabularies
    }


def field_words(field: models.Field) -> WordsWithLabels:
    """The words that a column may hold; none if it is open."""
    if isinstance(field, WordListField):
        return tuple(field.words.choices) if field.words else ()
    return tuple((field.choices or ()) if not field.is_relation else ())


def field_vocabulary(field: models.Field) -> str | None:
    """The name of the vocabulary out of which a column's words are."""
    words = field_words(field)
    return vocabularies_by_words()[words]["name"] if words else None


@cache
def vocabulary_names_by_words() -> dict[tuple[str, ...], str]:
    """The vocabularies' names by their bare words, as the schemas of filters list them."""
    return {
        tuple(word for word, _ in words): vocabulary["name"]
        for words, vocabulary in vocabularies_by_words().items()
    }


def select_vocabularies(names: Iterable[str | None]) -> list[CodebookEntry]:
    """The vocabularies of these names, in the order of the alphabet."""
    wanted = {*names}
    vocabularies = [
        vocabulary
        for vocabulary in vocabularies_by_words().values()
        if vocabulary["name"] in wanted
    ]
    return sorted(vocabularies, key=lambda vocabulary: vocabulary["name"])


def describe_words(schema: CodebookEntry) -> CodebookEntry:
    """The words that a parameter takes: a vocabulary by its name, others as they are."""
    words = tuple(schema.get("enum", ()))
    name = vocabulary_names_by_words().get(words)
    return {"vocabulary": name, "words": list(words) if words and name is None else None}

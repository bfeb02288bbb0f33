"""Texts: what may stand in one, and how it compares, alike on every database and in every locale.

`name = PlainTextField()` makes two columns beside `name`, which follow from it: `name_folded`, by
which it is looked up (case, accents and script do not matter, as in the search), and `name_order`,
by which records stand in the order of the Unicode collation algorithm: letters first, then accents,
then case. Which of them a table has, its model says in `text_columns`.

Characters that nobody sees are refused: two names that look the same would be two, and found by one
of them. They come along when text is copied from web pages and programs for text. The joiners are
characters of some scripts: between two letters of Persian they decide how these are written.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.query_utils import DeferredAttribute
from pyuca import Collator

from apps.search.words import fold_letters

JOINERS = "\u200c\u200d"
# Letters, marks and a pattern that take a place and show nothing.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"
# Signs of a group of digits or words, which are of the same category and are seen.
VISIBLE_SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Scripts whose letters join nothing, by how the names of their letters begin.
UNJOINED_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW")

MAX_ORDERED_LETTERS = 100  # of a text, by which it is ordered; an index takes 2.7 kB
# A weight of the collation is written in digits that every database orders alike.
WEIGHT_DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
DIGITS_OF_LEVEL = (3, 2, 1)  # of weights of letters, accents, case


def validate_plain_text(text: str) -> None:
    """Refuse control characters, lone surrogates and private-use code points."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}:
            raise ValidationError(
                f"The character U+{ord(character):04X} is not allowed in text.", code="character"
            )


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


@cache
def default_collation() -> Collator:
    """The table of the Unicode collation algorithm, which takes a moment to read."""
    return Collator()


@lru_cache(maxsize=2_000)  # a text is checked, compared and written
def order_key(text: str) -> str:
    """A text that stands, byte by byte, where `text` stands in the order of the collation."""
    weights = default_collation().sort_key(text[:MAX_ORDERED_LETTERS])
    levels = [list(level) for is_weight, level in groupby(weights, key=bool) if is_weight]
    return " ".join(
        "".join(weight_in_digits(weight, digits) for weight in level)
        for level, digits in zip(levels, DIGITS_OF_LEVEL, strict=False)
    )


@lru_cache(maxsize=5_000)
def weight_in_digits(weight: int, digits: int) -> str:
    """A weight as a number of so many digits, to the base of 64."""
    return "".join(WEIGHT_DIGITS[weight >> 6 * place & 63] for place in reversed(range(digits)))


folded_text = lru_cache(maxsize=2_000)(fold_letters)


class BytewiseTextField(models.TextField):
    """Text that every database compares byte by byte, whatever its locale."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        return parameters | ({"collation": "C"} if connection.vendor == "postgresql" else {})


class TextColumn(DeferredAttribute):
    """What follows from a text: always computed from it, so never stale."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        field: Any = self.field
        text = getattr(instance, field.source)
        return field.derive(text) if isinstance(text, str) else None

    def __set__(self, instance: models.Model, value: object) -> None:
        """Computed, so not taken over; the entry only tells Django that the column is loaded."""
        instance.__dict__[self.field.attname] = None


class DerivedTextField(BytewiseTextField):
    """A column derived from a PlainTextField beside it; no part of fixtures."""

    suffix: ClassVar[str] = ""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(null=True, blank=True, editable=False, serialize=False)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":
            setattr(cls, self.attname, TextColumn(self))

    def derive(self, text: str) -> str:
        """What stands in the column beside `text`."""
        raise NotImplementedError

    def deconstruct(self) -> Any:
        name, _, _, _ = super().deconstruct()
        return name, "apps.core.texts.BytewiseTextField", [], {"null": True}


class FoldedTextField(DerivedTextField):
    """The letters of a text as they are looked up."""

    suffix = "folded"

    def derive(self, text: str) -> str:
        return folded_text(text)


class OrderKeyField(DerivedTextField):
    """The place of a text in the order of texts."""

    suffix = "order"

    def derive(self, text: str) -> str:
        return order_key(text)


class PlainTextField(models.CharField):
    """One line of text in NFC, trimmed, all of it visible; unknown is NULL, never ''."""

    default_validators = [validate_plain_text, validate_visible_text]

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":  # a migration's model lists the columns itself
            columns: Any = getattr(cls, "text_columns", ())
            for column in columns:
                column(source=name).contribute_to_class(cls, f"{name}_{column.suffix}")

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        return unicodedata.normalize("NFC", text).strip() or None if text is not None else None

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "apps.core.fields.PlainTextField", args, kwargs


class NameField(PlainTextField):
    """A text by which one calls a row: it is looked up as a whole, and records are listed by it."""

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        options: Any = cls._meta
        if cls.__module__ == "__fake__" or options.abstract:
            return
        columns: Any = getattr(cls, "text_columns", ())
        made = [
            models.Index(
                fields=[f"{name}_{column.suffix}"],
                name=f"{options.model_name[:16]}_{name[:6]}_{column.suffix}",
            )
            for column in columns
        ]
        options.indexes = [*options.indexes, *made]
        options.original_attrs["indexes"] = options.indexes


def text_condition(name: str, lookup: str, text: str) -> Q:
    """Whether the text in the column `name`, which may be of a record referred to, fits `text`.

    `lookup` is contains, startswith or exact. A text without letters, such as a sign, is compared
    as it is.
    """
    folded = folded_text(text)
    return Q(**{f"{name}_folded__{lookup}": folded}) if folded else Q(**{f"{name}__{lookup}": text})

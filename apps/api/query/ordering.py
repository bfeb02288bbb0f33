"""Orderings: `ordering=-signed_on,name`, by any plain column of the document, unknown last."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from apps.api.http.problems import ParameterError, unknown_word_error
from apps.core.fields import EdtfField, GeometryField, PlainTextField, WordListField
from apps.core.holds_field import HoldsField
from apps.core.models import Record
from apps.documents.serializers import serializer_class

MAX_TERMS = 5


@dataclass(frozen=True)
class Term:
    """One column of an ordering."""

    column: str
    falls: bool
    nullable: bool

    @cached_property
    def forwards(self) -> OrderBy:
        """For order_by; unknown values last."""
        return self._expression(backwards=False)

    @cached_property
    def backwards(self) -> OrderBy:
        """For order_by when the list is read backwards; unknown values first."""
        return self._expression(backwards=True)

    def _expression(self, backwards: bool) -> OrderBy:
        falls = self.falls != backwards
        column = F(self.column)
        if not self.nullable:
            return column.desc() if falls else column.asc()
        last = {"nulls_first": True} if backwards else {"nulls_last": True}
        return column.desc(**last) if falls else column.asc(**last)

    def rows_with_value(self, value: object) -> Q:
        """Rows with this value in the column."""
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})

    def rows_beyond_value(self, value: object, backwards: bool) -> Q | None:
        """Rows after this value (before it, backwards); None if there can be none."""
        unknown = Q(**{f"{self.column}__isnull": True})
        if value is None:
            return ~unknown if backwards else None
        lookup = "lt" if self.falls != backwards else "gt"
        condition = Q(**{f"{self.column}__{lookup}": value})
        return condition | unknown if self.nullable and not backwards else condition


BY_SLUG = [Term("slug", falls=False, nullable=False)]  # where no other order is asked for


class Ordering:
    """The ordering of a list: what was asked for, then the slug, so that it is total."""

    def __init__(self, model: type[Record], text: str, by_rank: bool = False) -> None:
        self.model, self.by_rank = model, by_rank
        self.names = [name.strip() for name in text.split(",")] if text.strip() else []

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the names."""
        known = orderable_columns(self.model) if self.names else []
        if len(self.names) > MAX_TERMS:
            yield ParameterError("ordering", f"At most {MAX_TERMS} fields.")
        for name in self.names[:MAX_TERMS]:
            bare = name.removeprefix("-")
            if bare not in known:
                yield unknown_word_error(
                    "ordering", bare, known, f"There is no ordering by “{bare[:50]}”."
                )

    def terms(self) -> list[Term]:
        """The columns in turn; the slug last."""
        terms = [self._term(name) for name in self.names]
        if self.by_rank and not terms:
            terms.append(Term("search_rank", falls=False, nullable=False))
        if not any(term.column == "slug" for term in terms):
            terms += BY_SLUG
        return terms

    def _term(self, name: str) -> Term:
        bare = name.removeprefix("-")
        field: Any = self.model._meta.get_field(bare)
        column = bare
        if isinstance(field, EdtfField):
            column = f"{bare}_earliest"
        elif isinstance(field, PlainTextField):
            column = f"{bare}_order"
        elif field.is_relation:
            column = f"{bare}__slug"
        return Term(column, falls=name.startswith("-"), nullable=field.null)


@cache
def orderable_columns(model: type[Record]) -> list[str]:
    """Names by which a list may be ordered: the document's plain columns."""
    unordered = WordListField | GeometryField | HoldsField | models.ManyToManyField
    fields = [model._meta.get_field(name) for name in serializer_class(model).Meta.fields]
    return [
        field.name
        for field in fields
        if isinstance(field, models.Field) and not isinstance(field, unordered)
    ]


def rows_after(terms: list[Term], values: list[Any], backwards: bool = False) -> Q:
    """Rows that come after the row with these values, in the order of `terms` (before, backwards).

    The first column is bounded once more outside the alternatives, so that an index on it serves.
    """
    alternatives, equal = Q(pk__in=[]), Q()
    for term, value in zip(terms, values, strict=True):
        beyond = term.rows_beyond_value(value, backwards)
        if beyond is not None:
            alternatives |= equal & beyond
        equal &= term.rows_with_value(value)
    bound = terms[0].rows_beyond_value(values[0], backwards)
    first = terms[0].rows_with_value(values[0])
    return alternatives & (first if bound is None else first | bound)

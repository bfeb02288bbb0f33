"""What a query parameter can mean: how its text is read, and which condition it makes.

Every field of a type gives rise to its look-ups here, by the kind of the field; a filterset adds
the words of its domain, which call queryset methods. All parameters are one class, `Condition`:
data, not code. A final `__not` turns any of them round.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, cast

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from apps.api.query.values import (
    DATE_SCHEMA,
    TEXT_IN_LIST,
    TEXT_SCHEMA,
    YES_OR_NO,
    Kind,
    PublishedRecord,
    number_schema,
    vocabulary_word,
)
from apps.core import dates
from apps.core.fields import MAX_COUNT, EdtfField, GeometryField, WordListField
from apps.core.models import Part, Record
from apps.core.querysets import RecordQuerySet

Multiplicity = Literal["one", "repeat", "comma", "pair"]
ConditionBuilder = Callable[[list[Any]], Q]

MAX_PARAMETER_VALUES = 200


class Condition(django_filters.Filter):
    """One query parameter: `build` makes a condition of its values or `calls` a queryset method.

    One that stands `beside` another is a keyword of the method which that one calls; `alone` says
    why it is refused without it.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        build: ConditionBuilder | None = None,
        calls: str = "",
        many: Multiplicity = "one",
        beside: str = "",
        alone: str = "",
        help_text: str = "",
    ) -> None:
        super().__init__(field_name="-", help_text=help_text)
        self.kind, self.schema = kind, kind.schema
        self.build, self.calls, self.many = build, calls, many
        self.beside, self.alone = beside, alone
        self.part = ""
        self.through: tuple[tuple[str, Any], ...] = ()
        self.finds_twice = False  # whether a record that meets it by two values comes twice

    @property
    def is_multiple(self) -> bool:
        """Whether the parameter may be repeated, for OR."""
        return self.many == "repeat"

    def read_values(self, texts: list[str]) -> list[Any]:
        """The values in the texts of the parameter: one, several by repeat or by comma, or a pair.

        Raises:
            ValidationError: with what is wrong with any of them.
        """
        if self.many in ("comma", "pair"):
            texts = [text.strip() for text in texts[0].split(",")]
            if not all(texts):
                raise ValidationError("Nothing stands between two commas, or at an end.")
        if self.many == "pair" and len(texts) != 2:
            raise ValidationError("Two values, with a comma between.")
        if len(texts) > MAX_PARAMETER_VALUES:
            raise ValidationError(f"At most {MAX_PARAMETER_VALUES} values.")
        return self.kind.read_values(list(dict.fromkeys(texts)) if self.many != "pair" else texts)

    def build_q(self, values: list[Any]) -> Q:
        """The condition on the record, or on one row of `part`."""
        assert self.build is not None
        condition = self.build(values)
        for name, model in reversed(self.through):
            condition = Q(**{f"{name}__in": model.objects.published().filter(condition)})
        return condition

    def filter(self, queryset: RecordQuerySet, values: list[Any], **beside: object) -> Any:
        """The records that meet it; `beside` are the values of the parameters beside it."""
        if self.calls:
            records = getattr(queryset, self.calls)(*values, **beside)
            return queryset.exclude(pk__in=records.values("pk")) if self.exclude else records
        condition = self.build_q(values)
        if self.part:
            condition = queryset.part_condition(self.part, condition)
        elif self.finds_twice:
            rows = queryset.model._default_manager.filter(condition)
            condition = Q(pk__in=rows.values("pk"))
        return queryset.exclude(condition) if self.exclude else queryset.filter(condition)

    def with_negation(self) -> "Condition":
        """The same parameter with a final `__not`."""
        other = copy.copy(self)
        other.exclude = True
        return other

    def through_reference(self, name: str, model: type[Record]) -> "Condition":
        """The same parameter asked of a record that `name` refers to."""
        other = copy.copy(self)
        other.through = ((name, model), *self.through)
        return other

    def without_repeats(self) -> "Condition":
        """The same parameter, which finds a record once however many of its values fit."""
        other = copy.copy(self)
        other.finds_twice = True
        return other

    def inside_part(self, part: str) -> "Condition":
        """The same parameter asked of one row of a list."""
        other = copy.copy(self)
        other.part = part
        return other


def records_filter(model: type[Record], *, calls: str, help_text: str) -> Condition:
    """Records of another type by slug, repeated for more; `calls` says what they mean."""
    return Condition(PublishedRecord(model), calls=calls, many="repeat", help_text=help_text)


def date_filter(calls: str, help_text: str) -> Condition:
    """An EDTF date that a queryset method takes."""
    return Condition(DATE_SCHEMA, calls=calls, help_text=help_text)


def field_lookups(field: models.Field) -> Iterator[tuple[str, Condition]]:
    """The look-ups of one column or reference, by suffix; the empty suffix is equality."""
    for fits, make in LOOKUPS_BY_FIELD_KIND:
        if fits(field):
            yield from make(field, {"help_text": field.help_text})
            break
    if field.null:
        yield "isnull", null_lookup(field.name, str(field.help_text))


def null_lookup(name: str, help_text: str) -> Condition:
    """Whether the value is not known."""
    return Condition(
        YES_OR_NO,
        build=lambda values: Q(**{f"{name}__isnull": values[0]}),
        help_text=help_text,
    )


def reference_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By the slug of the record referred to."""
    kind = PublishedRecord(cast(type[Record], field.related_model))

    def build(values: list[Any]) -> Q:
        return Q(**{f"{field.name}__in": values})

    yield "", Condition(kind, build=build, many="repeat", **text)
    yield "in", Condition(kind, build=build, many="comma", **text)


def word_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By a word of a vocabulary; of a list of words, any."""
    holds = isinstance(field, WordListField)
    column: Any = field
    choices = column.words.choices if holds else column.choices
    kind = vocabulary_word(choice for choice, _ in choices)

    def build(values: list[Any]) -> Q:
        if not holds:
            return Q(**{f"{field.name}__in": values})
        condition = Q()
        for word in values:
            condition |= Q(**{f"{field.name}__has": word})
        return condition

    yield "", Condition(kind, build=build, many="repeat", **text)
    yield "in", Condition(kind, build=build, many="comma", **text)


def date_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By what is certain of a date (gte, gt, lte, lt, range) or what is possible."""
    name = field.name

    def build(lookup: str) -> ConditionBuilder:
        return lambda values: date_condition(name, lookup, [dates.parse_edtf(v) for v in values])

    yield "", Condition(DATE_SCHEMA, build=lambda v: Q(**{name: v[0]}), **text)
    for lookup in ("gte", "gt", "lte", "lt", "possible"):
        yield lookup, Condition(DATE_SCHEMA, build=build(lookup), **text)
    yield "range", Condition(DATE_SCHEMA, build=build("range"), many="pair", **text)


def date_condition(name: str, lookup: str, spans: list[dates.Span]) -> Q:
    """Compare the earliest and latest day of a field with a date, or with two for `range`."""
    first, last = spans[0], spans[-1]
    earliest, latest = f"{name}_earliest", f"{name}_latest"
    conditions = {
        "gte": {f"{earliest}__gte": first.earliest},
        "gt": {f"{earliest}__gt": first.latest},
        "lte": {f"{latest}__lte": first.latest},
        "lt": {f"{latest}__lt": first.earliest},
        "possible": {f"{earliest}__lte": first.latest, f"{latest}__gte": first.earliest},
        "range": {f"{earliest}__gte": first.earliest, f"{latest}__lte": last.latest},
    }
    return Q(**conditions[lookup])


def number_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By comparison."""
    name, whole = field.name, isinstance(field, models.IntegerField)
    greatest = MAX_COUNT if whole else 10**12
    kind = number_schema(greatest, whole, title="Count" if whole else "Measure")

    # Django takes a comparison that every number of the column passes for true of no number, too.
    known = {f"{name}__isnull": False} if field.null else {}

    def build(lookup: str) -> ConditionBuilder:
        return lambda values: Q(**{f"{name}__{lookup}": values[0]}, **known)

    for lookup in ("exact", "gte", "gt", "lte", "lt"):
        yield lookup_suffix(lookup), Condition(kind, build=build(lookup), **text)
    yield "in", Condition(kind, build=lambda v: Q(**{f"{name}__in": v}), many="comma", **text)
    yield "range", Condition(kind, build=lambda v: Q(**{f"{name}__range": v}), many="pair", **text)


def text_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By the whole text, or a part of it whatever the case."""
    name = field.name

    def build(lookup: str) -> ConditionBuilder:
        return lambda values: Q(**{f"{name}__{lookup}": values[0]})

    for lookup in ("exact", "icontains", "istartswith"):
        yield lookup_suffix(lookup), Condition(TEXT_SCHEMA, build=build(lookup), **text)
    within = {"many": "comma", **text}
    yield "in", Condition(TEXT_IN_LIST, build=lambda v: Q(**{f"{name}__in": v}), **within)


def yes_no_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """By yes or no; by either, where a list leaves one of them out."""

    def build(values: list[Any]) -> Q:
        return Q(**{f"{field.name}__in": values})

    yield "", Condition(YES_OR_NO, build=build, **text)
    yield "in", Condition(YES_OR_NO, build=build, many="comma", **text)


def no_lookups(field: models.Field, text: dict[str, Any]) -> Iterator[tuple[str, Condition]]:
    """Only whether it is known: shapes are asked for by bbox."""
    yield from ()


def lookup_suffix(lookup: str) -> str:
    """The suffix of a look-up: equality needs none."""
    return "" if lookup == "exact" else lookup


LOOKUPS_BY_FIELD_KIND: list[
    tuple[Callable[[Any], bool], Callable[[Any, Any], Iterator[tuple[str, Condition]]]]
] = [
    (lambda field: field.is_relation, reference_lookups),
    (lambda field: isinstance(field, GeometryField), no_lookups),
    (lambda field: isinstance(field, WordListField) or bool(field.choices), word_lookups),
    (lambda field: isinstance(field, EdtfField), date_lookups),
    (lambda field: isinstance(field, models.BooleanField), yes_no_lookups),
    (lambda field: isinstance(field, models.DecimalField | models.IntegerField), number_lookups),
    (lambda field: isinstance(field, models.CharField), text_lookups),
]


def with_parameter_names(
    name: str, lookups: Iterable[tuple[str, Condition]]
) -> Iterator[tuple[str, Condition]]:
    """Look-ups under their parameters' names."""
    for suffix, condition in lookups:
        yield f"{name}__{suffix}" if suffix else name, condition


def column_filters(
    model: type[Record | Part], names: Iterable[str]
) -> Iterator[tuple[str, Condition]]:
    """The parameters of a type's own columns and of what they refer to."""
    for name in names:
        field = model._meta.get_field(name)
        if isinstance(field, models.Field):
            filters = [*with_parameter_names(name, field_lookups(field))]
            if field.is_relation:
                filters += related_record_filters(name, cast(type[Record], field.related_model))
            yield from (
                (n, condition.without_repeats() if field.many_to_many else condition)
                for n, condition in filters
            )


def related_record_filters(name: str, model: type[Record]) -> Iterator[tuple[str, Condition]]:
    """`supplier__region`, `signed_in__country`: what is asked of a record referred to."""
    for field in model._meta.fields:
        closed = field.choices or isinstance(field, models.BooleanField)
        if closed and field.name != "publication":
            for inner, condition in with_parameter_names(field.name, field_lookups(field)):
                yield f"{name}__{inner}", condition.through_reference(name, model)


def filters_of_all_parts(model: type[Record]) -> Iterator[tuple[str, Condition]]:
    """`parties__actor`, `stops__place__country`: what is asked of one row of a list."""
    for part, rows in model.parts().items():
        for name, condition in filters_of_part(rows):
            yield f"{part}__{name}", condition.inside_part(part)


def filters_of_part(rows: type[Part]) -> Iterator[tuple[str, Condition]]:
    """The parameters of a kind of part."""
    yield from column_filters(rows, rows.document_fields())

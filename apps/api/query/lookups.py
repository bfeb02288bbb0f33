"""The look-ups of a type: every field gives rise to its own here, by the kind of the field.

A filterset adds the words of its domain, which call queryset methods. All parameters are one class,
`Condition` (conditions.py, which says how one declares what it cannot tell): data, not code.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.api.query.conditions import UNDATED, Condition, ConditionBuilder, Limits
from apps.api.query.values import (
    DATE_SCHEMA,
    TEXT_IN_LIST,
    TEXT_SCHEMA,
    YES_OR_NO,
    PublishedRecord,
    PublishedSlug,
    column_text,
    number_schema,
    vocabulary_word,
)
from apps.core import dates
from apps.core.fields import MAX_COUNT, EdtfField, GeometryField, PlainTextField, WordListField
from apps.core.models import Part, Record
from apps.core.querysets import LinkedIds, any_word_condition
from apps.core.texts import text_condition

Lookups = Iterator[tuple[str, Condition]]


def records_filter(
    model: type[Record],
    *,
    calls: str,
    help_text: str,
    rests_on: str = "",
    denies: str = "",
    absence_rests_on: str = "",
    possible: str = "",
    leaves_out: str = "",
) -> Condition:
    """Records of another type by slug, repeated for more; `calls` says what they mean.

    With `rests_on`, a list, nothing is told of a record of which that list is empty; `possible` is
    the looser question, and `leaves_out` says what is not known where only that one is answered.
    """
    return Condition(
        PublishedRecord(model),
        calls=calls,
        possible=possible,
        rests_on=rests_on,
        denies=denies,
        absence_rests_on=absence_rests_on,
        leaves_out=leaves_out,
        many="repeat",
        help_text=help_text,
    )


def date_filter(calls: str, help_text: str, possible: str = "") -> Condition:
    """An EDTF date that a queryset method takes, and the method of the looser question."""
    leaves_out = UNDATED if possible else ""
    return Condition(
        DATE_SCHEMA, calls=calls, possible=possible, leaves_out=leaves_out, help_text=help_text
    )


def field_lookups(field: models.Field, words: Sequence[str] = ()) -> Lookups:
    """The look-ups of one column or reference, by suffix; the empty suffix is equality.

    Args:
        field: the column.
        words: the only values that it takes, where its choices do not say so.
    """
    may_be_empty = field.null or field.many_to_many or isinstance(field, WordListField)
    told = {"column": field.name, "help_text": field.help_text}
    told |= {"rests_on": field.name} if may_be_empty else {}
    if words:
        yield from words_lookups(field.name, words, told)
    else:
        make = next(make for fits, make in LOOKUPS_BY_FIELD_KIND if fits(field))
        yield from make(field, told)
    if field.null:
        yield "isnull", null_lookup(field.name, str(field.help_text))


def null_lookup(name: str, help_text: str) -> Condition:
    """Whether the value is not known."""
    return Condition(
        YES_OR_NO,
        build=lambda values: Q(**{f"{name}__isnull": values[0]}),
        column=name,
        help_text=help_text,
    )


def reference_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By the slug of the record referred to, or of one around it.

    Of what is only known to lie around a record it cannot be told whether it lies within that.
    """
    related = cast(type[Record], field.related_model)
    kind = PublishedRecord(related)

    def build(values: list[Any]) -> Q:
        return Q(**{f"{field.name}__in": related.ids_meant_by(values)})

    if related.surrounded_by:
        around = related._meta.get_field(related.surrounded_by)
        told["build_possible"] = lambda values: Q(
            **{f"{field.name}__in": LinkedIds(around, *(v.pk for v in values), upwards=True)}
        )
    yield "", Condition(kind, build=build, many="repeat", **told)
    yield "in", Condition(kind, build=build, many="comma", **told)


def word_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By a word of the column's own vocabulary."""
    column: Any = field
    yield from words_lookups(field.name, [str(choice) for choice, _ in column.choices], told)


def words_lookups(name: str, words: Sequence[str], told: dict[str, Any]) -> Lookups:
    """By a word of a vocabulary."""
    kind = vocabulary_word(words)

    def build(values: list[Any]) -> Q:
        return Q(**{f"{name}__in": values})

    yield "", Condition(kind, build=build, many="repeat", **told)
    yield "in", Condition(kind, build=build, many="comma", **told)


def word_list_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By any word of a list of words."""
    column: Any = field
    kind = vocabulary_word(column.words.values)

    def build(values: list[Any]) -> Q:
        return any_word_condition(field.name, values)

    yield "", Condition(kind, build=build, many="repeat", **told).for_list()
    yield "in", Condition(kind, build=build, many="comma", **told)


def date_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By what is certain of a date (gte, gt, lte, lt, range) or what is possible."""
    name = field.name
    told = {**told, "leaves_out": UNDATED}

    def parse_spans(values: list[Any]) -> list[dates.Span]:
        return [dates.parse_edtf(value) for value in values]

    earliest, latest = f"{name}_earliest", f"{name}_latest"

    def build(lookup: str) -> ConditionBuilder:
        return lambda values: date_condition(earliest, latest, lookup, parse_spans(values))

    def build_possible(lookup: str) -> ConditionBuilder:
        return lambda values: date_condition(latest, earliest, lookup, parse_spans(values))

    def limits(lookup: str) -> Callable[[list[Any]], Limits]:
        return lambda values: date_limits(lookup, parse_spans(values))

    yield "", Condition(DATE_SCHEMA, build=lambda v: Q(**{name: v[0]}), limits=limits(""), **told)
    yield "possible", Condition(DATE_SCHEMA, build=build("possible"), **told)
    for lookup in ("gte", "gt", "lte", "lt", "range"):
        told["build_possible"], told["limits"] = build_possible(lookup), limits(lookup)
        told["many"] = "pair" if lookup == "range" else "one"
        yield lookup, Condition(DATE_SCHEMA, build=build(lookup), **told)


def date_condition(earliest: str, latest: str, lookup: str, spans: list[dates.Span]) -> Q:
    """Compare the days of a field with a date, or with two for `range`.

    Given its earliest and latest day, every day that it may mean meets the comparison; given the
    latest and the earliest, some day does, so that the comparison does not exclude it.
    """
    first, last = spans[0], spans[-1]
    conditions = {
        "gte": {f"{earliest}__gte": first.earliest},
        "gt": {f"{earliest}__gt": first.latest},
        "lte": {f"{latest}__lte": first.latest},
        "lt": {f"{latest}__lt": first.earliest},
        "possible": {f"{earliest}__lte": first.latest, f"{latest}__gte": first.earliest},
        "range": {f"{earliest}__gte": first.earliest, f"{latest}__lte": last.latest},
    }
    return Q(**conditions[lookup])


def date_limits(lookup: str, spans: list[dates.Span]) -> Limits:
    """The first and the last day between which a date lies that meets a comparison."""
    first, last = spans[0], spans[-1]
    if lookup == "gt":
        return dates.day_after(first.latest), None
    if lookup == "lt":
        return None, dates.day_before(first.earliest)
    low = first.earliest if lookup in ("", "gte", "range") else None
    return low, last.latest if lookup in ("", "lte", "range") else None


def number_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By comparison; refused is a number that no value of the column could equal or pass."""
    name, whole = field.name, isinstance(field, models.IntegerField)
    step = Decimal(1).scaleb(-int(getattr(field, "decimal_places", 0)))
    greatest = MAX_COUNT if whole else 10**12
    least, most = number_bounds(field, greatest)
    title = "Count" if whole else "Measure"

    # Django takes a comparison that every number of the column passes for true of no number, too.
    known = {f"{name}__isnull": False} if field.null else {}

    def look_up(lookup: str, bounds: Limits, many: Any = "one") -> Condition:
        kind = number_schema(bounds[1], whole, least=bounds[0], title=title)

        def build(values: list[Any]) -> Q:
            asked = values if lookup in ("in", "range") else values[0]
            return Q(**{f"{name}__{lookup}": asked}, **known)

        def limits(values: list[Any]) -> Limits:
            return number_limits(lookup, values, step)

        return Condition(kind, build=build, many=many, limits=limits, **told)

    for lookup in ("exact", "gte", "gt", "lte", "lt"):
        low = -greatest if lookup.startswith("g") else least
        high = greatest if lookup.startswith("l") else most
        yield lookup_suffix(lookup), look_up(lookup, (low, high))
    yield "in", look_up("in", (least, most), "comma")
    yield "range", look_up("range", (-greatest, greatest), "pair")


def number_bounds(field: models.Field, greatest: int) -> tuple[int, int]:
    """Between which whole numbers the values of a column lie, by its own rules."""
    least = 0 if field.get_internal_type().startswith("Positive") else -greatest
    rules: list[Any] = [*field._validators]  # type: ignore[attr-defined]
    lower = [int(rule.limit_value) for rule in rules if isinstance(rule, MinValueValidator)]
    upper = [int(rule.limit_value) for rule in rules if isinstance(rule, MaxValueValidator)]
    return max([least, *lower]), min([greatest, *upper])


def number_limits(lookup: str, values: list[Any], step: Decimal) -> Limits:
    """The least and the greatest number that meet a comparison; the next is a `step` away."""
    first, last = values[0], values[-1]
    return {
        "exact": (first, first),
        "gte": (first, None),
        "gt": (first + step, None),
        "lte": (None, first),
        "lt": (None, first - step),
        "in": (min(values), max(values)),
        "range": (first, last),
    }[lookup]


def text_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By the whole text, or a part of it whatever case, accents and script."""
    name = field.name
    is_folded = isinstance(field, PlainTextField)

    def build(lookup: str) -> ConditionBuilder:
        if is_folded:
            return lambda values: text_condition(name, lookup.removeprefix("i"), values[0])
        return lambda values: Q(**{f"{name}__{lookup}": values[0]})

    def build_any(values: list[Any]) -> Q:
        return Q(**{f"{name}__in": values})

    whole, listed = column_text(field, TEXT_SCHEMA), column_text(field, TEXT_IN_LIST)
    if name == "slug":
        whole = listed = PublishedSlug(cast(type[Record], field.model))
    yield "", Condition(whole, build=build_any, **told)
    for lookup in ("icontains", "istartswith"):
        yield lookup, Condition(TEXT_SCHEMA, build=build(lookup), **told)
    yield "in", Condition(listed, build=build_any, many="comma", **told)


def yes_no_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """By yes or no; by either, where a list leaves one of them out."""

    def build(values: list[Any]) -> Q:
        return Q(**{f"{field.name}__in": values})

    yield "", Condition(YES_OR_NO, build=build, **told)
    yield "in", Condition(YES_OR_NO, build=build, many="comma", **told)


def no_lookups(field: models.Field, told: dict[str, Any]) -> Lookups:
    """Only whether it is known: shapes are asked for by bbox."""
    yield from ()


def lookup_suffix(lookup: str) -> str:
    """The suffix of a look-up: equality needs none."""
    return "" if lookup == "exact" else lookup


LOOKUPS_BY_FIELD_KIND: list[tuple[Callable[[Any], bool], Callable[[Any, Any], Lookups]]] = [
    (lambda field: field.is_relation, reference_lookups),
    (lambda field: isinstance(field, GeometryField), no_lookups),
    (lambda field: isinstance(field, WordListField), word_list_lookups),
    (lambda field: bool(field.choices), word_lookups),
    (lambda field: isinstance(field, EdtfField), date_lookups),
    (lambda field: isinstance(field, models.BooleanField), yes_no_lookups),
    (lambda field: isinstance(field, models.DecimalField | models.IntegerField), number_lookups),
    (lambda field: isinstance(field, models.CharField), text_lookups),
]


def with_parameter_names(name: str, lookups: Iterable[tuple[str, Condition]]) -> Lookups:
    """Look-ups under their parameters' names."""
    for suffix, condition in lookups:
        yield f"{name}__{suffix}" if suffix else name, condition


def column_filters(model: type[Record | Part], names: Iterable[str]) -> Lookups:
    """The parameters of a type's own columns and of what they refer to."""
    words_by_column = model.column_words() if issubclass(model, Part) else {}
    for name in names:
        field = model._meta.get_field(name)
        if isinstance(field, models.Field):
            lookups = field_lookups(field, words_by_column.get(name, ()))
            filters = [*with_parameter_names(name, lookups)]
            if field.is_relation:
                filters += related_record_filters(field)
            yield from (
                (n, condition.without_repeats() if field.many_to_many else condition)
                for n, condition in filters
            )


def related_record_filters(reference: models.Field) -> Lookups:
    """`supplier__region`, `signed_in__country`: what is asked of a record referred to."""
    related = cast(type[Record], reference.related_model)
    for field in related._meta.fields:
        closed = field.choices or isinstance(field, models.BooleanField)
        if closed and field.name != "publication":
            for inner, condition in with_parameter_names(field.name, field_lookups(field)):
                yield f"{reference.name}__{inner}", condition.through_reference(reference)


def filters_of_all_parts(model: type[Record]) -> Lookups:
    """`parties__actor`, `stops__place__country`: what is asked of one row of a list."""
    for part, rows in model.parts().items():
        for name, condition in filters_of_part(rows):
            yield f"{part}__{name}", condition.inside_part(part)


def filters_of_part(rows: type[Part]) -> Lookups:
    """The parameters of a kind of part."""
    yield from column_filters(rows, rows.document_fields())

"""Filters: made from the model, so every field can be asked for; strict, so none is misheard.

A filterset declares only the words of its field (`in_force_on`, `without`); their meaning stands
in the queryset. Dates are compared by what is certain: `signed_on__gte=2020-06` asks for dates
whose earliest day is not before 1 June 2020; `signed_on__possible=2020-05` for any overlap.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from rest_framework.filters import BaseFilterBackend

from apps.core import dates
from apps.core.catalogue import serializer_class
from apps.core.exceptions import InvalidParameters, ParameterError
from apps.core.fields import (
    MAX_COUNT,
    CodeField,
    EdtfField,
    GeometryField,
    WordListField,
    validate_edtf,
    validate_plain,
)
from apps.core.models import did_you_mean, validate_slug
from apps.core.vocabularies import Topic

MAX_VALUES = 200
# Fields of the document whose filters have other names or are no columns.
OWN_FILTERS = {"topics", "disputed_fields", "revision", "updated_at"}


class SlugsField(forms.Field):
    """Slugs, one or several, resolved to records: the queries then compare ids."""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)
        self.widget = forms.SelectMultiple()

    def clean(self, value: Any) -> list[Any]:
        slugs = list(dict.fromkeys(value or []))
        if len(slugs) > MAX_VALUES:
            raise ValidationError(f"At most {MAX_VALUES} values.")
        model = self.queryset.model
        visible = self.queryset.published()
        found = {record.slug: record for record in visible.filter(slug__in=slugs).only("slug")}
        unknown = [slug for slug in slugs if slug not in found]
        if unknown:
            known = visible.values_list("slug", flat=True)[:5000]
            name = model._meta.verbose_name
            raise ValidationError(
                [f"There is no {name} “{s[:100]}”.{did_you_mean(s, known)}" for s in unknown]
            )
        return list(found.values())


class RecordsFilter(django_filters.Filter):
    """`supplier=india`, repeated for OR: records by slug. `method` may name a queryset method."""

    field_class = SlugsField

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        if self.lookup_expr != "exact":
            return getattr(queryset, self.lookup_expr)(*value)
        condition = Q(**{f"{self.field_name}__in": value})
        return queryset.exclude(condition) if self.exclude else queryset.filter(condition)


class WordsFilter(django_filters.MultipleChoiceFilter):
    """`status=signed`, repeated for OR: words of a closed vocabulary."""

    def __init__(self, *args: Any, holds: bool = False, **kwargs: Any) -> None:
        self.holds = holds
        super().__init__(*args, **{"distinct": False, **kwargs})
        message = "“%(value)s” is not one of: {}."
        known = [str(choice) for choice, _ in kwargs["choices"]]
        self.extra["error_messages"] = {"invalid_choice": message.format(", ".join(known[:40]))}

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        condition = Q(**{f"{self.field_name}__in": value})
        if self.holds:
            condition = Q()
            for word in value:
                condition |= Q(**{f"{self.field_name}__has": word})
        return queryset.exclude(condition) if self.exclude else queryset.filter(condition)


class DateFilter(django_filters.CharFilter):
    """An EDTF date, compared with the earliest and latest day of a field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"validators": [validate_edtf], **kwargs})

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        if "__" not in self.lookup_expr and hasattr(queryset, self.lookup_expr):
            return getattr(queryset, self.lookup_expr)(value)
        name, span = self.field_name, dates.parse(value)
        conditions = {
            "gte": Q(**{f"{name}_earliest__gte": span.earliest}),
            "gt": Q(**{f"{name}_earliest__gt": span.latest}),
            "lte": Q(**{f"{name}_latest__lte": span.latest}),
            "lt": Q(**{f"{name}_latest__lt": span.earliest}),
            "possible": Q(
                **{f"{name}_earliest__lte": span.latest, f"{name}_latest__gte": span.earliest}
            ),
            "exact": Q(**{name: value}),
        }
        return queryset.filter(conditions[self.lookup_expr])


class YesNoField(forms.Field):
    """`true` or `false`, nothing else."""

    def clean(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        if value not in ("true", "false"):
            raise ValidationError("Write true or false.")
        return value == "true"


class YesNoFilter(django_filters.Filter):
    """`is_aggregate=true`, `parent__isnull=false`."""

    field_class = YesNoField


class DisputedFilter(YesNoFilter):
    """Whether the record has disputed fields."""

    def filter(self, queryset: Any, value: Any) -> Any:
        if value is None:
            return queryset
        return (
            queryset.exclude(disputed_fields="") if value else queryset.filter(disputed_fields="")
        )


class RecordFilterSet(django_filters.FilterSet):
    """The filters of one type: of its fields, of all types, and the words it declares."""

    q = django_filters.CharFilter(
        method="search", max_length=200, help_text="Words that stand in the name or summary."
    )
    topic = WordsFilter(
        field_name="topics", holds=True, choices=Topic.choices, help_text="Topic; repeat for OR."
    )
    disputed = DisputedFilter(help_text="true: sources differ on some field.")
    updated_since = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", help_text="Changed at or after (RFC 3339)."
    )
    revision__gt = django_filters.NumberFilter(
        field_name="revision",
        lookup_expr="gt",
        validators=[MinValueValidator(0), MaxValueValidator(2**53)],
        help_text="Changed after this revision of the dataset.",
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        everything: Any = self.base_filters  # type: ignore[has-type]
        # Copying all filters of a type for each request would cost more than the query.
        asked = {name: everything[name] for name in everything if data is None or name in data}
        self.base_filters = OrderedDict(asked)
        super().__init__(data, *args, **kwargs)
        self.base_filters = everything

    @classmethod
    def get_filters(cls) -> Any:
        if cls._meta.model is None:
            return OrderedDict(cls.declared_filters)
        found = OrderedDict(filters_of(cls._meta.model))
        found.update(cls.declared_filters)
        return found

    def search(self, queryset: Any, name: str, value: str) -> Any:
        """Records with every word of `value` in their label or summary, whatever the case."""
        for word in value.split()[:10]:
            label = f"{queryset.model.label_field}__icontains"
            queryset = queryset.filter(Q(**{label: word}) | Q(summary__icontains=word))
        return queryset


def filters_of(model: Any) -> Iterator[tuple[str, Any]]:
    """The filters that the fields of a type's document give rise to, by name."""
    citations = model._meta.get_field("citations").related_model
    article = citations._meta.get_field("article").related_model
    yield (
        "article",
        RecordsFilter(
            lookup_expr="resting_on",
            queryset=article.objects.all(),
            help_text="Slug of an article on which the record rests; repeat for OR.",
        ),
    )
    for name in serializer_class(model).Meta.fields:
        if name not in OWN_FILTERS:
            field = model._meta.get_field(name)
            if isinstance(field, models.Field):
                yield from filters_of_field(field)


def filters_of_field(field: Any) -> Iterator[tuple[str, Any]]:
    """The filters of one column or reference: the first kind that fits it makes them."""
    name, text = field.name, {"help_text": field.help_text}
    if name == "slug":
        yield name, django_filters.CharFilter(name, validators=[validate_slug], **text)
        return
    for fits, make in MAKERS:
        if fits(field):
            for suffix, one in make(field, text):
                yield f"{name}__{suffix}" if suffix else name, one
            break
    if field.null and not isinstance(field, GeometryField | CodeField):
        yield f"{name}__isnull", YesNoFilter(name, lookup_expr="isnull", **text)


def reference_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By slug, or by any other slug."""
    records = field.related_model.objects.all()
    yield "", RecordsFilter(field.name, queryset=records, **text)
    yield "not", RecordsFilter(field.name, queryset=records, exclude=True, **text)


def word_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By a word of a vocabulary, or by any other."""
    holds = isinstance(field, WordListField)
    choices = field.words.choices if holds else field.choices
    yield "", WordsFilter(field.name, holds=holds, choices=choices, **text)
    yield "not", WordsFilter(field.name, holds=holds, choices=choices, exclude=True, **text)


def date_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By what is certain of a date, or what is possible."""
    for lookup in ("exact", "gte", "gt", "lte", "lt", "possible"):
        yield bare(lookup), DateFilter(field.name, lookup_expr=lookup, **text)


def number_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By comparison, within what every database can compare."""
    greatest = MAX_COUNT if isinstance(field, models.IntegerField) else 10**12
    bounds = [MinValueValidator(-greatest), MaxValueValidator(greatest)]
    for lookup in ("exact", "gte", "gt", "lte", "lt"):
        one = django_filters.NumberFilter(field.name, lookup, validators=bounds, **text)
        yield bare(lookup), one


def text_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By the whole text, or a part of it whatever the case."""
    for lookup in ("exact", "icontains", "istartswith"):
        one = django_filters.CharFilter(
            field.name, lookup, max_length=200, validators=[validate_plain], **text
        )
        yield bare(lookup), one


def yes_no_filters(field: Any, text: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """By yes or no."""
    yield "", YesNoFilter(field.name, **text)


def bare(lookup: str) -> str:
    """The suffix of a look-up: `exact` needs none."""
    return "" if lookup == "exact" else lookup


MAKERS: list[tuple[Callable[[Any], bool], Callable[[Any, Any], Iterator[tuple[str, Any]]]]] = [
    (lambda field: field.is_relation, reference_filters),
    (lambda field: isinstance(field, WordListField) or bool(field.choices), word_filters),
    (lambda field: isinstance(field, EdtfField), date_filters),
    (lambda field: isinstance(field, models.BooleanField), yes_no_filters),
    (lambda field: isinstance(field, models.DecimalField | models.IntegerField), number_filters),
    (lambda field: isinstance(field, models.CharField), text_filters),
]


def is_multiple(one: Any) -> bool:
    """Whether a filter may be repeated, for OR."""
    return isinstance(one, RecordsFilter | WordsFilter)


class StrictFilterBackend(BaseFilterBackend):
    """Applies the view's filterset; refuses a query with any fault, naming all of them at once."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        data = request.query_params
        filterset = view.filterset_class(data, queryset=queryset, request=request)
        errors = [*self.parameter_errors(request, view)]
        named = {error.parameter for error in errors}
        for parameter, reasons in filterset.errors.items():
            if parameter not in named:
                errors += (ParameterError(parameter, str(reason)) for reason in reasons)
        if errors:
            raise InvalidParameters(errors)
        return filterset.qs

    def parameter_errors(self, request: Any, view: Any) -> Iterator[ParameterError]:
        """Parameters that are unknown, blank or repeated, and what the other parts object to."""
        filters = view.filterset_class.base_filters
        paging = view.paginator.parameters
        for name in request.query_params:
            values = request.query_params.getlist(name)
            if name not in filters and name not in (*paging, "ordering", "format"):
                hint = did_you_mean(name, [*filters, *paging, "ordering"])
                yield ParameterError(name[:100], f"Unknown parameter.{hint}", "unknown")
            elif any(not value.strip() for value in values):
                yield ParameterError(name, "A parameter has a value.", "blank")
            elif len(values) > 1 and not (name in filters and is_multiple(filters[name])):
                yield ParameterError(name, "This parameter stands once.", "repeated")
        yield from view.paginator.errors(request)
        yield from OrderingBackend().errors(request, view)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []


class OrderingBackend(BaseFilterBackend):
    """`ordering=-signed_on,name`: by any column of the document; unknown values last."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        terms = []
        for name in self.names(request):
            column = self.column(queryset.model, name.lstrip("-"))
            expression = models.F(column)
            falls = name.startswith("-")
            terms.append(
                expression.desc(nulls_last=True) if falls else expression.asc(nulls_last=True)
            )
        return queryset.order_by(*terms, "slug")

    def errors(self, request: Any, view: Any) -> Iterator[ParameterError]:
        known = list(self.columns(view.queryset.model))
        for name in self.names(request):
            bare = name.removeprefix("-")
            if bare not in known:
                hint = did_you_mean(bare, known)
                yield ParameterError(
                    "ordering", f"There is no ordering by “{bare[:50]}”.{hint}", allowed=known
                )

    @staticmethod
    def names(request: Any) -> list[str]:
        text = request.query_params.get("ordering", "")
        return [name.strip() for name in text.split(",")][:5] if text.strip() else []

    @classmethod
    def columns(cls, model: Any) -> Iterator[str]:
        """Names by which a list may be ordered: the document's plain columns."""
        unordered = WordListField | GeometryField | models.ManyToManyField
        for name in serializer_class(model).Meta.fields:
            field = model._meta.get_field(name)
            if isinstance(field, models.Field) and not isinstance(field, unordered):
                yield name

    @staticmethod
    def column(model: Any, name: str) -> str:
        field = model._meta.get_field(name)
        if isinstance(field, EdtfField):
            return f"{name}_earliest"
        return f"{name}__slug" if field.is_relation else name

"""Filters: made from the model, so every field can be asked for; strict, so none is misheard.

A filterset declares only the words of its field (`in_force_on`, `without`); their meaning stands
in the queryset. Dates are compared by what is certain: `signed_on__gte=2020-06` asks for dates
whose earliest day is not before 1 June 2020; `signed_on__possible=2020-05` for any overlap.
Parameters below one list (`parties__actor`, `parties__role`) are met by one and the same row.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import django_filters
from django.db.models import Q

from apps.api.query import lookups
from apps.api.query.conditions import UNKNOWN, Condition
from apps.api.query.values import (
    MOMENT,
    TEXT_SCHEMA,
    YES_OR_NO,
    existing_revision,
    number_schema,
    vocabulary_word,
)
from apps.core.models import Record
from apps.core.vocabularies import Topic
from apps.documents.serializers import serializer_class

# Look-ups by which a question of time is asked more strictly or less, and what they call.
POSSIBLY_HOLDING = "possibly_holding_on"
TWINS_OF_HOLDING = {"certain": "certainly_holding_on", "possible": POSSIBLY_HOLDING}
# Fields of the document whose filters have other names or are no columns.
FIELDS_WITHOUT_MODEL_FILTERS = {"topics", "disputed_fields", "holds", "revision", "updated_at"}


class RecordFilterSet(django_filters.FilterSet):
    """The filters of one type: of its fields, of all types, and the words it declares."""

    # By what a list is asked for records that contain others: else it leaves them out beside them.
    aggregate_field: ClassVar[str] = ""

    q = Condition(
        TEXT_SCHEMA,
        calls="search",
        help_text="Words to search for, in any script, in names and summaries.",
    )
    topic = Condition(
        vocabulary_word(Topic.values),
        calls="about",
        rests_on="topics",
        many="repeat",
        help_text="Topic; repeat for OR.",
    )
    disputed = Condition(
        YES_OR_NO,
        build=lambda values: ~Q(disputed_fields="") if values[0] else Q(disputed_fields=""),
        help_text="Whether sources differ on some field.",
    )
    updated_since = Condition(
        MOMENT,
        build=lambda values: Q(updated_at__gte=values[0]),
        help_text="Changed at or after this time (RFC 3339).",
    )
    revision__gt = Condition(
        existing_revision(number_schema(2**53, whole=True)),
        build=lambda values: Q(revision__gt=values[0]),
        help_text="Changed after this revision of the dataset.",
    )
    citations__count__gte = Condition(
        number_schema(10_000, whole=True),
        calls="with_sources",
        column="citations__count",
        limits=lambda values: (values[0], None),
        help_text="Rests on at least this many different articles.",
    )
    citations__count__lte = Condition(
        number_schema(10_000, whole=True),
        calls="with_sources_up_to",
        column="citations__count",
        limits=lambda values: (None, values[0]),
        help_text="Rests on at most this many different articles.",
    )
    publishers__gte = Condition(
        number_schema(10_000, whole=True, least=0),
        calls="with_publishers",
        possible="possibly_with_publishers",
        leaves_out=f"{UNKNOWN}.publishers",
        column="publishers",
        limits=lambda values: (values[0], None),
        help_text="Rests on articles of at least this many publishers; a text that several have"
        " published under one title counts once, and what the curators know does not count.",
    )
    publishers__lte = Condition(
        number_schema(10_000, whole=True, least=0),
        calls="with_publishers_up_to",
        possible="possibly_with_publishers_up_to",
        leaves_out=f"{UNKNOWN}.publishers",
        column="publishers",
        limits=lambda values: (None, values[0]),
        help_text="Rests on articles of at most this many publishers.",
    )
    single_source = Condition(
        YES_OR_NO,
        calls="from_single_source",
        possible="possibly_from_single_source",
        leaves_out=f"{UNKNOWN}.publishers",
        help_text="Whether it rests on one publisher alone, or on none.",
    )

    @classmethod
    def get_filters(cls) -> Any:
        filters = OrderedDict(model_filters(cls._meta.model) if cls._meta.model else ())
        filters.update(cls.declared_filters)
        filters.update(
            [
                (f"{name}__all", condition.with_all())
                for name, condition in filters.items()
                if condition.is_list
            ]
        )
        negated = (
            (f"{name}__not", condition.with_negation())
            for name, condition in filters.items()
            if not condition.beside
        )
        return OrderedDict([*filters.items(), *negated])

    @classmethod
    def open_reasons(cls) -> list[str]:
        """As what a query may leave records out, and what `also` takes."""
        filters: Iterable[Condition] = cls.base_filters.values()
        reasons = {condition.leaves_out for condition in filters if condition.leaves_out}
        groups = {UNKNOWN} if any(reason.startswith(f"{UNKNOWN}.") for reason in reasons) else set()
        return sorted(reasons | groups)

    @classmethod
    def query_for_everything(cls) -> dict[str, str]:
        """What to ask for that a list leaves nothing out by itself."""
        return {f"{cls.aggregate_field}__in": "true,false"} if cls.aggregate_field else {}


def model_filters(model: type[Record]) -> Iterator[tuple[str, Condition]]:
    """The filters that the fields and lists of a type give rise to, by name."""
    names = [
        name
        for name in serializer_class(model).Meta.fields
        if name not in FIELDS_WITHOUT_MODEL_FILTERS
    ]
    citation: Any = model.parts()["citations"]
    article = citation._meta.get_field("article")
    words = "Slug of an article on which the record rests; repeat for OR."
    yield (
        "article",
        lookups.records_filter(article.related_model, calls="resting_on", help_text=words),
    )
    yield (
        "disputed_field",
        Condition(
            vocabulary_word(model.citable_fields()),
            calls="disputed_on",
            many="repeat",
            help_text="Sources differ on this field; repeat for OR.",
        ),
    )
    yield from holding_filters(model)
    yield from lookups.column_filters(model, names)
    yield from lookups.filters_of_all_parts(model)


def holding_filters(model: type[Record]) -> Iterator[tuple[str, Condition]]:
    """Whether a record holds on a date, in three strengths, by the words that its type declares."""
    field = model.holding
    for name, meaning in field.asked_by.items() if field else ():
        words = f"{meaning}, as the sources stand."
        yield name, lookups.date_filter("holding_on", words, possible=POSSIBLY_HOLDING)
        for strength, method in TWINS_OF_HOLDING.items():
            words = f"{meaning}: {strength} by the evidence of beginning and end."
            looser = POSSIBLY_HOLDING if method != POSSIBLY_HOLDING else ""
            yield f"{name}__{strength}", lookups.date_filter(method, words, possible=looser)

"""Disputes as rows: each field of each record on which the sources differ, and who says what."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

import orjson
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from apps.api.answers.past_answers import dated_get
from apps.api.query.parameters import PAST, openapi_parameters
from apps.core.holding import OPPOSING_STANCES
from apps.core.models import record_models, value_as_text
from apps.formats.rows import ENTRY_SEPARATOR, TableColumn, citation_locator, escape_entry
from caucasus.api.article_records import RECORD_TYPES, type_position
from caucasus.api.citations import CITATION_ROW, COLUMNS, as_it_is, conditions_of
from caucasus.api.statement_rows import (
    PAGES_AND_FORMS,
    STATEMENT_FILTERS,
    Row,
    RowsView,
    describe_rows,
)

DISPUTES_PARAMETERS = {**STATEMENT_FILTERS, **PAGES_AND_FORMS}
ROWS_AT_ONCE = 500  # rows of which records and citations are read together
STATEMENT_KEYS = tuple(key for key in COLUMNS if key not in ("slug", "field"))
STATEMENT_ROW = {
    **{key: CITATION_ROW[key] for key in STATEMENT_KEYS},
    "value": serializers.CharField(
        allow_null=True, help_text="What it says; null where it only denies, or says it of a list."
    ),
}
DISPUTE_ROW: dict[str, Any] = {
    "type": CITATION_ROW["type"],
    "slug": CITATION_ROW["slug"],
    "field": serializers.CharField(help_text="The record's field on which they differ."),
    "value": serializers.CharField(
        allow_null=True, help_text="What the record holds; null: not known, or a list."
    ),
    "statements": inline_serializer("Statement", STATEMENT_ROW, many=True),
}


def statements_cell(statements: list[Row]) -> str:
    """Who says what in one cell: `60 (states) article#SECTION¶3`, with ` | ` between."""
    return ENTRY_SEPARATOR.join(
        f"{escape_entry(statement['value'] or '')} ({statement['stance']})"
        f" {citation_locator(statement)}".strip()
        for statement in statements
    )


class DisputesView(RowsView):
    """On what the sources differ, as rows."""

    name = "disputes"
    parameters = DISPUTES_PARAMETERS
    columns = [
        *(TableColumn(key, key, as_it_is) for key in ("type", "slug", "field", "value")),
        TableColumn("statements", "statements", statements_cell),
    ]

    @extend_schema(
        parameters=openapi_parameters(DISPUTES_PARAMETERS | PAST),
        responses=describe_rows("Disputes", "DisputeRow", DISPUTE_ROW),
        operation_id="disputes",
    )
    @dated_get
    def get(self, request: Request) -> HttpResponseBase:
        """Fields of records of all types on which sources differ, a row each, with every statement.

        They stand in the order of the types, then of the slugs and fields. `article` and
        `publisher` find rows in which that one has a say; all statements are shown. Other forms
        than JSON have all rows that match, unless a page is asked for.
        """
        return self.answer(request)

    def matching_rows(self, asked: dict[str, Any]) -> list[Any]:
        conditions = conditions_of(asked, "slug", "article", "publisher", "field")
        citations: list[tuple[str, Any]] = [
            (endpoint, model.parts()["citations"].objects)
            for endpoint, model in record_models().items()
            if endpoint in (asked["type"] or RECORD_TYPES)
        ]
        return [
            of_type.filter(**conditions)
            .exclude(record__disputed_fields=[])  # of most records nothing is disputed
            .annotate(word=Concat(Value(","), F("field"), Value(",")))
            .filter(record__disputed_fields__contains=F("word"))
            .annotate(row_type=type_position(endpoint))
            .order_by("record__slug", "field")
            .values_list("row_type", "record__slug", "field")
            .distinct()
            for endpoint, of_type in citations
        ]

    def rows_as_documents(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
        waiting = iter(rows)
        while some := list(islice(waiting, ROWS_AT_ONCE)):
            for place, of_type in groupby(some, key=lambda row: row[0]):
                pairs = [(slug, field) for _, slug, field in of_type]
                yield from disputes_of_type(RECORD_TYPES[place], pairs)


def disputes_of_type(endpoint: str, pairs: list[tuple[str, str]]) -> Iterator[Row]:
    """The rows of records of one type, by slug and field."""
    model = record_models()[endpoint]
    slugs = {slug for slug, _ in pairs}
    records = model._default_manager.filter(slug__in=slugs, document__isnull=False).order_by()
    documents = {
        slug: orjson.loads(text or "") for slug, text in records.values_list("slug", "document")
    }
    citations: Any = model.parts()["citations"].objects
    said: dict[tuple[str, str], list[Row]] = {}
    cited = citations.filter(record__slug__in=slugs, field__in={field for _, field in pairs})
    for values in cited.order_by("record_id", "position").values_list(*COLUMNS.values()):
        statement = dict(zip(COLUMNS, values, strict=True))
        said.setdefault((statement["slug"], statement["field"]), []).append(statement)
    for slug, field in pairs:
        value = held_value(documents[slug].get(field))
        statements = [
            {
                **{key: statement[key] for key in STATEMENT_KEYS},
                "value": said_value(statement, value),
            }
            for statement in said[slug, field]
        ]
        row = {"type": endpoint, "slug": slug, "field": field}
        yield {**row, "value": value, "statements": statements}


def held_value(value: object) -> str | None:
    """What a document holds of a field, as citations write it; None for a list of entries."""
    entries = value if isinstance(value, list) else [value]
    return None if any(isinstance(entry, dict) for entry in entries) else value_as_text(value)


def said_value(statement: Row, held: str | None) -> str | None:
    """What a citation says: its own value, or that of the record, which it supports."""
    if statement["value"] is not None or statement["stance"] in OPPOSING_STANCES:
        value: str | None = statement["value"]
        return value
    return held

"""Citations as rows: what each article says of each record, over all types.

The citations of a type are a table of its own, so the list is a union over the catalogue: one query
counts, and one reads a page, or all of it where another form than JSON is asked for.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import orjson
from django.db.models import F
from django.http.response import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.exports import RENDERERS, gather_chunks
from apps.api.answers.past_answers import dated_get
from apps.api.http.renderers import FormatNegotiation
from apps.api.query.grouping import ROWS_PER_FETCH
from apps.api.query.pagination import (
    RecordPagination,
    addresses_around,
    link_header,
    numbered_places,
    page_link_fields,
)
from apps.api.query.parameters import (
    PAST,
    Parameter,
    openapi_parameters,
    read_dated_parameters,
    whole_number_parameter,
)
from apps.api.query.values import TEXT_SCHEMA, YES_OR_NO, PublishedSlug, vocabulary_word
from apps.articles.models import Article, Citation
from apps.core.models import record_models
from apps.formats.catalogue import FORMATS
from apps.formats.csv_files import EchoFile, csv_cell
from caucasus.api.article_records import (
    CITABLE_FIELDS,
    CITATION_FIELDS,
    RECORD_TYPES,
    type_position,
    union_of_querysets,
)

CITATION_FORMS = ("json", "csv", "ndjson")
# The columns of a row after its type, each with where it stands, seen from a citation.
COLUMNS = {
    "slug": "record__slug",
    "field": "field",
    "value": "value",
    "stance": "stance",
    "article": "article__slug",
    "section": "section",
    "paragraph": "paragraph",
    "page": "page",
    "note": "note",
    "publisher": "article__publisher",
    "published_on": "article__published_on",
}
CITATIONS_PARAMETERS = {
    "type": Parameter(
        vocabulary_word(RECORD_TYPES), "Of records of this type; repeat for OR.", is_multiple=True
    ),
    "article": Parameter(
        PublishedSlug(Article), "Of this article, by its slug; repeat for OR.", is_multiple=True
    ),
    "publisher": Parameter(
        TEXT_SCHEMA, "Of articles of this publisher; repeat for OR.", is_multiple=True
    ),
    "field": Parameter(
        vocabulary_word(CITABLE_FIELDS),
        "That support this field of a record; repeat for OR.",
        is_multiple=True,
    ),
    "stance": Parameter(
        vocabulary_word(Citation.Stance.values),
        "How the article puts it; repeat for OR.",
        is_multiple=True,
    ),
    "differs": Parameter(
        YES_OR_NO, "Whether the article says something else than the record: a value of its own."
    ),
    "page": whole_number_parameter("Page, from 1.", 1, 10_000, default=1),
    "page_size": whole_number_parameter("Citations on a page.", 1, 500, default=50),
    "format": Parameter(
        vocabulary_word(CITATION_FORMS), "The form; another than JSON has all of them."
    ),
}
CITATION_ROW: dict[str, Any] = {
    "type": serializers.ChoiceField(RECORD_TYPES, help_text="The record's type."),
    "slug": serializers.CharField(help_text="The record."),
    "article": serializers.CharField(help_text="The article that says it, by its slug."),
    **CITATION_FIELDS,
    "publisher": serializers.CharField(allow_null=True, help_text="Who published the article."),
    "published_on": serializers.CharField(allow_null=True, help_text="When it came out (EDTF)."),
}
CITATIONS_SERIALIZER = inline_serializer(
    "Citations",
    {
        "count": serializers.IntegerField(help_text="Citations that match, at most 10,000."),
        "count_truncated": serializers.BooleanField(
            required=False, help_text="There are more than count."
        ),
        **page_link_fields(),
        "results": inline_serializer(
            "CitationRow",
            {key: CITATION_ROW[key] for key in ("type", *COLUMNS)},
            many=True,
        ),
    },
)
Row = dict[str, Any]


class CitationsView(APIView):
    """What each article says of each record, as rows."""

    renderer_classes = tuple(form for form in RENDERERS if form.format in CITATION_FORMS)
    content_negotiation_class = FormatNegotiation
    revision: int

    @extend_schema(
        parameters=openapi_parameters(CITATIONS_PARAMETERS | PAST),
        responses={
            (200, "application/json"): CITATIONS_SERIALIZER,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/x-ndjson"): OpenApiTypes.STR,
        },
        operation_id="citations",
    )
    @dated_get
    def get(self, request: Request) -> HttpResponseBase:
        """Citations of all types, a row each: of which record and field, what it says, and where.

        They stand in the order of the types, then of the slugs, then as in the record. Other forms
        than JSON have all rows that match.
        """
        asked = read_dated_parameters(request.query_params, CITATIONS_PARAMETERS)
        rows = matching_rows(asked)
        if request.accepted_renderer.format != "json":
            return rows_response(request.accepted_renderer.format, rows)
        page, size = asked["page"], asked["page_size"]
        start = (page - 1) * size
        page_rows = list(rows[start : start + size + 1])
        most = RecordPagination.max_depth
        count = rows.order_by()[: most + 1].count()
        beside = addresses_around(request, *numbered_places(page, size, page_rows, lambda: count))
        more = {"count_truncated": True} if count > most else {}
        results = [*rows_as_documents(page_rows[:size])]
        body = {"count": min(count, most), **more, **beside, "results": results}
        return Response(body, headers=link_header(beside))


def matching_rows(asked: dict[str, Any]) -> Any:
    """The rows that were asked for, in order: the place of the type, then COLUMNS."""
    conditions: dict[str, Any] = {"record__document__isnull": False}
    for name in ("article", "publisher", "field", "stance"):
        if asked[name] is not None:
            conditions[f"{COLUMNS[name]}__in"] = asked[name]
    if asked["differs"] is not None:
        conditions["value__isnull"] = not asked["differs"]
    columns = {f"row_{name}": F(path) for name, path in COLUMNS.items()}
    rows = [
        model.parts()["citations"]
        .objects.filter(**conditions)
        .order_by()
        .annotate(row_type=type_position(endpoint), **columns)
        .values_list("row_type", *columns, "position")
        for endpoint, model in record_models().items()
        if endpoint in (asked["type"] or RECORD_TYPES)
    ]
    return union_of_querysets(rows, is_all=True).order_by("row_type", "row_slug", "position")


def rows_as_documents(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """Rows by the names of their columns."""
    for place, *values, _ in rows:
        yield {"type": RECORD_TYPES[place], **dict(zip(COLUMNS, values, strict=True))}


def rows_response(name: str, rows: Any) -> StreamingHttpResponse:
    """All rows in a form for tables or for programs."""
    documents = rows_as_documents(rows.iterator(chunk_size=ROWS_PER_FETCH))
    pieces = csv_pieces(documents) if name == "csv" else ndjson_pieces(documents)
    response = StreamingHttpResponse(gather_chunks(pieces), content_type=FORMATS[name].media_type)
    if FORMATS[name].is_attachment:
        response["Content-Disposition"] = f'attachment; filename="citations.{name}"'
    return response


def csv_pieces(documents: Iterable[Row]) -> Iterator[bytes]:
    """The lines of a CSV."""
    writer = csv.writer(EchoFile())
    lines = ([csv_cell(cell, raw=False) for cell in row.values()] for row in documents)
    return (writer.writerow(line).encode() for line in chain([["type", *COLUMNS]], lines))


def ndjson_pieces(documents: Iterable[Row]) -> Iterator[bytes]:
    """A row a line."""
    return (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in documents)

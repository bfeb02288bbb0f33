"""Rows over all types that are no records: a list that is asked and answered like one of records.

A type's citations are a table of its own. The rows of one type come after those of another, each in
the order of an index: a page counts the types before it and reads what it shows, and sorts nothing.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, ClassVar

import orjson
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.exports import RENDERERS, file_response
from apps.api.http.problems import MAX_HINTED_WORDS, InvalidParameters, ParameterError
from apps.api.http.renderers import FormatNegotiation
from apps.api.query.grouping import ROWS_PER_FETCH
from apps.api.query.pagination import (
    RecordPagination,
    addresses_around,
    link_header,
    numbered_places,
    page_link_fields,
)
from apps.api.query.parameters import Parameter, read_dated_parameters, whole_number_parameter
from apps.api.query.values import SLUG_SCHEMA, TEXT_SCHEMA, Kind, PublishedSlug, vocabulary_word
from apps.articles.models import Article
from apps.core.models import record_models
from apps.formats.catalogue import FORMATS
from apps.formats.csv_files import EchoFile, csv_cell
from apps.formats.format import Origin, WholeFile
from apps.formats.rows import TableColumn, document_cells
from apps.formats.workbooks import TableRows, write_table
from apps.formats.yaml_text import entry_for_any_reader, seed_texts
from caucasus.api.article_records import CITABLE_FIELDS, RECORD_TYPES


class PublishedSlugOfAnyType(Kind):
    """The slug of a published record, of whatever type, as it is written."""

    def __init__(self) -> None:
        super().__init__(str, SLUG_SCHEMA)

    def read_values(self, texts: list[str]) -> list[Any]:
        known: set[str] = set()
        for model in record_models().values():
            rows = model._default_manager.filter(slug__in=texts, document__isnull=False)
            known.update(rows.order_by().values_list("slug", flat=True))
        if unknown := [text for text in texts if text not in known]:
            reasons = [f"There is no record “{text[:100]}”." for text in unknown[:MAX_HINTED_WORDS]]
            raise ValidationError(reasons)
        return texts


ROW_FORMS = ("json", "csv", "ndjson", "yaml", "xlsx")
# By what a row is asked for that is of a record, one of its fields, and what articles say of it.
STATEMENT_FILTERS = {
    "type": Parameter(
        vocabulary_word(RECORD_TYPES), "Of records of this type; repeat for OR.", is_multiple=True
    ),
    "slug": Parameter(
        PublishedSlugOfAnyType(), "Of the record of this slug; repeat for OR.", is_multiple=True
    ),
    "article": Parameter(
        PublishedSlug(Article), "Of this article, by its slug; repeat for OR.", is_multiple=True
    ),
    "publisher": Parameter(
        TEXT_SCHEMA, "Of articles of this publisher; repeat for OR.", is_multiple=True
    ),
    "field": Parameter(
        vocabulary_word(CITABLE_FIELDS),
        "On this field of a record; repeat for OR.",
        is_multiple=True,
    ),
}
FORM_WORD = vocabulary_word(ROW_FORMS)
FORM_KIND = Kind(FORM_WORD.parse, {"title": "RowFormat", **FORM_WORD.schema})
PAGES_AND_FORMS = {
    "page": whole_number_parameter("Page, from 1.", 1, 10_000, default=1),
    "page_size": whole_number_parameter("Rows on a page.", 1, 500, default=50),
    "format": Parameter(
        FORM_KIND,
        "The form; another than JSON has all rows, unless page or page_size asks for one page.",
    ),
}
Row = dict[str, Any]


def describe_rows(name: str, row_name: str, fields: dict[str, Any]) -> dict[Any, Any]:
    """The answers of a list of rows, for the description: a page in JSON, all in other forms."""
    envelope = inline_serializer(
        name,
        {
            "count": serializers.IntegerField(help_text="Rows that match, at most 10,000."),
            "count_truncated": serializers.BooleanField(
                required=False, help_text="There are more than count."
            ),
            **page_link_fields(),
            "results": inline_serializer(row_name, fields, many=True),
        },
    )
    entries = {"type": "array", "items": {"type": "object"}}
    described: dict[str, Any] = {
        "json": envelope,
        "yaml": entries,
        "xlsx": OpenApiTypes.BINARY,
    }
    return {
        (200, FORMATS[form].media_type): described.get(form, OpenApiTypes.STR) for form in ROW_FORMS
    }


class RowsView(APIView):
    """A list of rows: what a subclass declares, and how it is answered in pages and other forms."""

    renderer_classes = tuple(form for form in RENDERERS if form.format in ROW_FORMS)
    content_negotiation_class = FormatNegotiation
    revision: int
    name: str  # of the list, its files and its sheet
    parameters: ClassVar[dict[str, Parameter]]
    columns: ClassVar[list[TableColumn]]

    def matching_rows(self, asked: dict[str, Any]) -> list[Any]:
        """The rows that were asked for of each type, in order: querysets of tuples."""
        raise NotImplementedError

    def rows_as_documents(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
        """Rows by the names of their columns."""
        raise NotImplementedError

    def answer(self, request: Request) -> HttpResponseBase:
        """The page that was asked for, or in another form than JSON all rows if none was."""
        asked = read_dated_parameters(request.query_params, self.parameters)
        by_type = self.matching_rows(asked)
        is_json = request.accepted_renderer.format == "json"
        if not is_json and not {"page", "page_size"} & request.query_params.keys():
            rows = (some.iterator(chunk_size=ROWS_PER_FETCH) for some in by_type)
            return self.export_response(request, chain.from_iterable(rows))
        page, size, most = asked["page"], asked["page_size"], RecordPagination.max_depth
        start = (page - 1) * size
        if start >= most:
            detail = f"Pages end at row {most:,}: another form than JSON has all rows."
            raise InvalidParameters([ParameterError("page", detail)])
        counts = count_rows_by_type(by_type, most + 1)
        count = sum(counts)
        page_rows = [*rows_between(by_type, counts, start, min(start + size + 1, most))]
        if not is_json:
            return self.export_response(request, page_rows[:size])
        beside = addresses_around(request, *numbered_places(page, size, page_rows, lambda: count))
        more = {"count_truncated": True} if count > most else {}
        results = [*self.rows_as_documents(page_rows[:size])]
        body = {"count": min(count, most), **more, **beside, "results": results}
        return Response(body, headers=link_header(beside))

    def export_response(
        self, request: Request, rows: Iterable[tuple[Any, ...]]
    ) -> StreamingHttpResponse:
        """Rows in a form for tables or for programs."""
        form = FORMATS[request.accepted_renderer.format]
        documents = self.rows_as_documents(rows)
        origin = Origin(request.build_absolute_uri(), self.revision)
        try:
            content = WRITE[form.name](self, documents, origin)
        except ValueError as error:
            raise InvalidParameters([ParameterError("format", str(error))]) from error
        return file_response(self.name, form, content)


def count_rows_by_type(by_type: list[Any], most: int) -> list[int]:
    """How many rows each type has; of those after the first `most` none is counted."""
    counts: list[int] = []
    for rows in by_type:
        left = most - sum(counts)
        counts.append(rows.order_by()[:left].count() if left > 0 else 0)
    return counts


def rows_between(
    by_type: list[Any], counts: list[int], start: int, end: int
) -> Iterator[tuple[Any, ...]]:
    """The rows of all types, one type after the other, from `start` to before `end`."""
    position = 0
    for rows, count in zip(by_type, counts, strict=True):
        first, last = max(0, start - position), min(count, end - position)
        if first < last:
            yield from rows[first:last]
        position += count


def csv_pieces(view: RowsView, documents: Iterable[Row], origin: Origin) -> Iterator[bytes]:
    """The lines of a CSV."""
    writer = csv.writer(EchoFile())
    cells = (document_cells(view.columns, document) for document in documents)
    lines = ([csv_cell(cell, raw=False) for cell in row] for row in cells)
    headers = [column.header for column in view.columns]
    return (writer.writerow(line).encode() for line in chain([headers], lines))


def ndjson_pieces(view: RowsView, documents: Iterable[Row], origin: Origin) -> Iterator[bytes]:
    """A row a line."""
    return (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in documents)


def yaml_pieces(view: RowsView, documents: Iterable[Row], origin: Origin) -> Iterator[bytes]:
    """An entry a row, without what is empty."""
    return (text.encode() for text in seed_texts(map(entry_for_any_reader, documents)))


def xlsx_file(view: RowsView, documents: Iterable[Row], origin: Origin) -> WholeFile:
    """A workbook with the table of CSV."""
    return write_table(view.name, view.name, TableRows(view.columns, documents), origin)


WRITE: dict[str, Callable[[RowsView, Iterable[Row], Origin], Iterator[bytes] | WholeFile]] = {
    "csv": csv_pieces,
    "ndjson": ndjson_pieces,
    "yaml": yaml_pieces,
    "xlsx": xlsx_file,
}

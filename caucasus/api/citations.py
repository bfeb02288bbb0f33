"""Citations as rows: what each article says of each record, over all types."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from apps.api.answers.past_answers import dated_get
from apps.api.query.parameters import PAST, Parameter, openapi_parameters
from apps.api.query.values import YES_OR_NO, vocabulary_word
from apps.articles.models import Citation
from apps.core.models import record_models
from apps.formats.rows import TableColumn
from caucasus.api.article_records import CITATION_FIELDS, RECORD_TYPES, type_position
from caucasus.api.statement_rows import (
    PAGES_AND_FORMS,
    STATEMENT_FILTERS,
    Row,
    RowsView,
    describe_rows,
)

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
    **STATEMENT_FILTERS,
    "stance": Parameter(
        vocabulary_word(Citation.Stance.values),
        "How the article puts it; repeat for OR.",
        is_multiple=True,
    ),
    "differs": Parameter(
        YES_OR_NO, "Whether the article says something else than the record: a value of its own."
    ),
    **PAGES_AND_FORMS,
}
CITATION_ROW: dict[str, Any] = {
    "type": serializers.ChoiceField(RECORD_TYPES, help_text="The record's type."),
    "slug": serializers.CharField(help_text="The record."),
    "article": serializers.CharField(help_text="The article that says it, by its slug."),
    **CITATION_FIELDS,
    "publisher": serializers.CharField(allow_null=True, help_text="Who published the article."),
    "published_on": serializers.CharField(allow_null=True, help_text="When it came out (EDTF)."),
}


def as_it_is(value: Any) -> Any:
    """A cell that is the value itself."""
    return value


def conditions_of(asked: dict[str, Any], *names: str) -> dict[str, Any]:
    """What citations of published records have to meet, of the filters by these names."""
    given = {name: asked[name] for name in names if asked[name] is not None}
    filters = {f"{COLUMNS[name]}__in": values for name, values in given.items()}
    return {"record__document__isnull": False, **filters}


class CitationsView(RowsView):
    """What each article says of each record, as rows."""

    name = "citations"
    parameters = CITATIONS_PARAMETERS
    columns = [TableColumn(key, key, as_it_is) for key in ("type", *COLUMNS)]

    @extend_schema(
        parameters=openapi_parameters(CITATIONS_PARAMETERS | PAST),
        responses=describe_rows(
            "Citations", "CitationRow", {key: CITATION_ROW[key] for key in ("type", *COLUMNS)}
        ),
        operation_id="citations",
    )
    @dated_get
    def get(self, request: Request) -> HttpResponseBase:
        """Citations of all types, a row each: of which record and field, what it says, and where.

        They stand in the order of the types, then of the slugs, then as in the record. Other forms
        than JSON have all rows that match, unless a page is asked for.
        """
        return self.answer(request)

    def matching_rows(self, asked: dict[str, Any]) -> list[Any]:
        conditions = conditions_of(asked, "slug", "article", "publisher", "field", "stance")
        if asked["differs"] is not None:
            conditions["value__isnull"] = not asked["differs"]
        return [
            model.parts()["citations"]
            .objects.filter(**conditions)
            .annotate(row_type=type_position(endpoint))
            .order_by("record__slug", "position")
            .values_list("row_type", *COLUMNS.values())
            for endpoint, model in record_models().items()
            if endpoint in (asked["type"] or RECORD_TYPES)
        ]

    def rows_as_documents(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
        for place, *values in rows:
            yield {"type": RECORD_TYPES[place], **dict(zip(COLUMNS, values, strict=True))}

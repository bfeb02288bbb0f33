"""What rests on an article: every published record that cites it, of all types, with the places.

The citations of a type are a table of its own, so the list is a union over the catalogue: one
query finds the records of a page and one their citations, however long the page is.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, IntegerField, Value
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.history import public_version_at, tombstone_response
from apps.api.answers.past_answers import dated_get
from apps.api.http import links
from apps.api.http.problems import InvalidParameters
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.pagination import (
    addresses_around,
    link_header,
    numbered_places,
    page_link_fields,
)
from apps.api.query.parameters import (
    PAST,
    Parameter,
    openapi_parameters,
    parameter_error,
    read_dated_parameters,
    whole_number_parameter,
)
from apps.api.query.values import TEXT_SCHEMA, vocabulary_word
from apps.articles.models import Article, Citation
from apps.core.models import record_models

RECORD_TYPES = list(record_models())
CITABLE_FIELDS = sorted(
    {name for model in record_models().values() for name in model.citable_fields()}
)
# What is shown of a citation; the article is the same in all.
CITATION_KEYS = ("section", "paragraph", "page", "field", "value", "stance", "note")
CITATION_FILTERS = ("section", "paragraph", "field", "stance")
ARTICLE_RECORDS_PARAMETERS = {
    "type": Parameter(
        vocabulary_word(RECORD_TYPES), "Only records of this type; repeat for OR.", is_multiple=True
    ),
    "section": Parameter(
        TEXT_SCHEMA,
        "Citations of this section of the article; repeat for OR.",
        is_multiple=True,
    ),
    "paragraph": whole_number_parameter("Citations of the paragraph with this number.", 1, 5_000),
    "field": Parameter(
        vocabulary_word(CITABLE_FIELDS),
        "Citations that support this field of a record; repeat for OR.",
        is_multiple=True,
    ),
    "stance": Parameter(
        vocabulary_word(Citation.Stance.values),
        "How the article puts it; repeat for OR.",
        is_multiple=True,
    ),
    "page": whole_number_parameter("Page, from 1.", 1, 10_000, default=1),
    "page_size": whole_number_parameter("Records on a page.", 1, 500, default=50),
}
CITATION_FIELDS: dict[str, Any] = {
    "section": serializers.CharField(allow_null=True),
    "paragraph": serializers.IntegerField(allow_null=True),
    "page": serializers.CharField(allow_null=True),
    "field": serializers.CharField(
        allow_null=True, help_text="The record's field; null: the record as such."
    ),
    "value": serializers.CharField(
        allow_null=True, help_text="What the article says, where the record says something else."
    ),
    "stance": serializers.ChoiceField(Citation.Stance.choices),
    "note": serializers.CharField(allow_null=True),
}
ARTICLE_RECORDS_SERIALIZER = inline_serializer(
    "RecordsOfArticle",
    {
        "count": serializers.IntegerField(help_text="Records with such a citation."),
        **page_link_fields(),
        "results": inline_serializer(
            "RecordOfArticle",
            {
                "type": serializers.ChoiceField(RECORD_TYPES),
                "slug": serializers.CharField(),
                "label": serializers.CharField(help_text="The record's name or title."),
                "url": serializers.URLField(help_text="Where the record is."),
                "citations": inline_serializer("CitationOfArticle", {**CITATION_FIELDS}, many=True),
            },
            many=True,
        ),
    },
)


class ArticleRecordsView(APIView):
    """The published records that rest on an article, with the places where it says so."""

    renderer_classes = (DocumentJSONRenderer,)
    is_of_one_record = True  # of the article
    revision: int

    @extend_schema(
        parameters=openapi_parameters(ARTICLE_RECORDS_PARAMETERS | PAST),
        responses=ARTICLE_RECORDS_SERIALIZER,
        operation_id="articles_records",
    )
    @dated_get
    def get(self, request: Request, slug: str) -> Response:
        """Records of all types that cite the article, each with the citations that were asked for.

        They stand in the order of the types, then of their slugs. Filters are met by one and the
        same citation. If the article was retracted: 410; if it was merged: 308.
        """
        asked = read_dated_parameters(request.query_params, ARTICLE_RECORDS_PARAMETERS)
        article = Article.objects.published().filter(slug=slug).first()
        if article is None:
            gone = public_version_at(Article, slug, self.revision)
            return tombstone_response(request, gone, below="records")
        check_sections(article, asked["section"] or [])
        cited = matching_citations(article, asked)
        start, size = (asked["page"] - 1) * asked["page_size"], asked["page_size"]
        records = citing_records(cited)
        page_rows = list(records[start : start + size + 1])
        places = numbered_places(asked["page"], size, page_rows, records.count)
        beside = addresses_around(request, *places)
        body = {
            "count": records.count(),
            **beside,
            "results": list(records_with_citations(request, cited, page_rows[:size])),
        }
        return Response(body, headers=link_header(beside))


def check_sections(article: Article, sections: list[str]) -> None:
    """Refuse sections that the article does not have.

    Raises:
        InvalidParameters: naming those that it has.
    """
    if not sections:
        return
    try:
        vocabulary_word(article.paragraph_counts()).read_values(sections)
    except ValidationError as error:
        faults = [parameter_error("section", reason) for reason in error.error_list]
        raise InvalidParameters(faults) from error


def matching_citations(article: Article, asked: dict[str, Any]) -> dict[str, Any]:
    """The citations of an article that were asked for, in each type that was."""
    conditions: dict[str, Any] = {"article": article, "record__document__isnull": False}
    for name in CITATION_FILTERS:
        if asked[name] is not None:
            several = isinstance(asked[name], list)
            conditions[f"{name}__in" if several else name] = asked[name]
    wanted = asked["type"] or RECORD_TYPES
    return {
        endpoint: model.parts()["citations"].objects.filter(**conditions).order_by()
        for endpoint, model in record_models().items()
        if endpoint in wanted
    }


def citing_records(cited: dict[str, Any]) -> Any:
    """Type (its place in the catalogue) and slug of every record with such a citation, in order."""
    rows = [
        citations.annotate(place=type_position(endpoint), slug=F("record__slug")).values_list(
            "place", "slug"
        )
        for endpoint, citations in cited.items()
    ]
    return union_of_querysets(rows, is_all=False).order_by("place", "slug")


def records_with_citations(
    request: Request, cited: dict[str, Any], page_rows: list[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    """Each record of a page with its citations."""
    rows = []
    for endpoint, citations in cited.items():
        slugs = [slug for number, slug in page_rows if RECORD_TYPES[number] == endpoint]
        label = F(f"record__{record_models()[endpoint].label_field}")
        rows.append(
            citations.filter(record__slug__in=slugs)
            .annotate(place=type_position(endpoint), slug=F("record__slug"), label=label)
            .values_list("place", "slug", "label", "position", *CITATION_KEYS)
        )
    ordered = (
        union_of_querysets(rows, is_all=True).order_by("place", "slug", "position")
        if page_rows
        else ()
    )
    for (number, slug, label), group in groupby(ordered, itemgetter(0, 1, 2)):
        endpoint = RECORD_TYPES[number]
        yield {
            "type": endpoint,
            "slug": slug,
            "label": label,
            "url": links.record_url(request, endpoint, slug),
            "citations": [dict(zip(CITATION_KEYS, row[4:], strict=True)) for row in group],
        }


def type_position(endpoint: str) -> Value:
    """Where a type stands in the catalogue."""
    return Value(RECORD_TYPES.index(endpoint), output_field=IntegerField())


def union_of_querysets(querysets: list[Any], is_all: bool) -> Any:
    """One query out of several."""
    first, *others = querysets
    return first.union(*others, all=is_all)

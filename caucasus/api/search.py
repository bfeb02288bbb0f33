"""The search over all types: words in any script, best matches first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Value
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.past_answers import dated_get
from apps.api.http import links
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
    read_dated_parameters,
    whole_number_parameter,
)
from apps.api.query.values import TEXT_SCHEMA, vocabulary_word
from apps.core.models import record_models
from apps.core.querysets import MAX_CALLED
from apps.search import index
from apps.search.models import Entry

SEARCHED_TYPES = list(record_models())
SEARCH_PARAMETERS = {
    "q": Parameter(
        TEXT_SCHEMA,
        "Words, in any script. A record has all of them (the first ten count); the last may be only"
        " begun. Where no record has them, those with names spelt alike are found.",
        is_required=True,
    ),
    "type": Parameter(
        vocabulary_word(SEARCHED_TYPES),
        "Only records of this type; repeat for more.",
        is_multiple=True,
    ),
    "page": whole_number_parameter("Page, from 1.", 1, index.MAX_MATCHES, default=1),
    "page_size": whole_number_parameter("Results on a page.", 1, 100, default=20),
}
SEARCH_SERIALIZER = inline_serializer(
    "Found",
    {
        "count": serializers.IntegerField(
            help_text=f"Records found, at most {index.MAX_MATCHES:,}."
        ),
        "count_truncated": serializers.BooleanField(
            required=False, help_text="There are more, of which the best were ranked."
        ),
        **page_link_fields(),
        "results": inline_serializer(
            "FoundRecord",
            {
                "type": serializers.ChoiceField(SEARCHED_TYPES),
                "slug": serializers.CharField(),
                "label": serializers.CharField(help_text="The record's name or title."),
                "summary": serializers.CharField(allow_null=True),
                "url": serializers.URLField(help_text="Where the record is."),
                "matched": serializers.ChoiceField(
                    index.MATCH_KINDS,
                    help_text="Where all words stand: in the label; with further names, external"
                    " ids, codes and the slug; with the summary; with other text. Or it is like.",
                ),
            },
            many=True,
        ),
    },
)


class SearchView(APIView):
    """Published records of all types that hold the words of a query."""

    renderer_classes = (DocumentJSONRenderer,)
    revision: int

    @extend_schema(
        parameters=openapi_parameters(SEARCH_PARAMETERS | PAST),
        responses=SEARCH_SERIALIZER,
        operation_id="search",
    )
    @dated_get
    def get(self, request: Request) -> Response:
        """Records by words in their names, summaries and other texts, best matches first.

        First those whose name, further name, code or identifier is the query; then those whose name
        begins with it or holds its words; those with the words in further names, in the summary, in
        other texts.
        """
        asked = read_dated_parameters(request.query_params, SEARCH_PARAMETERS)
        types = asked["type"] or ()
        called = named_records(asked["q"], types or SEARCHED_TYPES)
        hits = index.find_matches(asked["q"], SEARCHED_TYPES, types, called)
        return search_response(request, hits, asked["page"], asked["page_size"])


def named_records(text: str, types: Iterable[str]) -> list[tuple[str, str]]:
    """Type and slug of the records of some types that a text names in full: one query for all."""
    ways = [
        record_models()[endpoint]
        .objects.published()
        .called(text)
        .order_by()
        .annotate(endpoint_=Value(endpoint, CharField()))
        .values_list("endpoint_", "slug")
        for endpoint in types
    ]
    return list(ways[0].union(*ways[1:], all=True)[:MAX_CALLED])


def search_response(
    request: Request, hits: list[index.SearchHit], page: int, size: int
) -> Response:
    """The page of `hits` that was asked for, in the envelope of every list."""
    shown_hits = hits[: index.MAX_MATCHES]
    start = (page - 1) * size
    page_hits = shown_hits[start : start + size + 1]
    places = numbered_places(page, size, page_hits, shown_hits.__len__)
    beside = addresses_around(request, *places)
    more = {"count_truncated": True} if len(hits) > index.MAX_MATCHES else {}
    body = {
        "count": len(shown_hits),
        **more,
        **beside,
        "results": search_results(request, page_hits[:size]),
    }
    return Response(body, headers=link_header(beside))


def search_results(request: Request, hits: list[index.SearchHit]) -> list[dict[str, Any]]:
    """What is shown of each hit."""
    entries = Entry.objects.in_bulk([hit.pk for hit in hits])
    return [
        {
            "type": entry.type,
            "slug": entry.slug,
            "label": entry.label,
            "summary": entry.summary,
            "url": links.record_url(request, entry.type, entry.slug),
            "matched": hit.matched,
        }
        for hit in hits
        if (entry := entries.get(hit.pk))  # it may have been withdrawn since it was found
    ]

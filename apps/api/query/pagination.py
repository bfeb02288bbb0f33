"""Pages of a list, in two ways: numbered (`page`), or by a `cursor` that any depth costs the same.

A list is read by `cursor=*` first and then by the `next` and `previous` links. A cursor holds the
place of a row in the ordering and is signed together with its query, so that it fits no other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.core import signing
from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.http.problems import ParameterError
from apps.api.http.renderers import StoredPage
from apps.api.query.facets import FACETS_SCHEMA, TRUNCATED_FACETS_SCHEMA
from apps.api.query.left_out import LEFT_OUT_SCHEMA
from apps.api.query.ordering import Term, rows_after

FIRST_CURSOR = "*"
CURSOR = {"type": "string", "pattern": "^([*]|[A-Za-z0-9_:.=-]+)$", "example": FIRST_CURSOR}
Place = dict[str, int | str | None]  # parameters of the query; None: without this one


LAST_PAGE_TEXT = "Only where the page asked for lies beyond it: the last page that holds anything."


class DocumentPage(NamedTuple):
    """One page: its documents, and the parameters of the pages beside it (None: there is none).

    `last_page` is only known of a page that lies beyond it.
    """

    documents: list[str]
    following: Place | None
    preceding: Place | None
    last_page: int | None = None


class RecordPagination(BasePagination):
    """`{count, next, previous, results}` over stored documents.

    The count is exact up to 10,000; beyond, it is 10,000 and `count_truncated` is true, unless
    `count=exact` asks for it. With `count=none`, and on a cursor's pages, it is left out.
    """

    page_size = 50
    max_page_size = 500
    max_depth = 10_000
    parameters = ("page", "page_size", "cursor", "count")

    def parameter_errors(self, request: Request) -> Iterator[ParameterError]:
        """What is wrong with the paging parameters of `request`."""
        params = request.query_params
        whole = {"page_size": self.max_page_size, "page": self.max_depth}
        wrong = [
            name
            for name, most in whole.items()
            if not is_whole_number_up_to(params.get(name, "1"), most)
        ]
        for name in wrong:
            yield ParameterError(name, f"A whole number from 1 to {whole[name]:,}.")
        if not wrong and self._first_row(params) >= self.max_depth:
            last = self.max_depth // self._page_size(params)
            detail = f"Pages end at row {self.max_depth:,}: with this page_size, at page {last}."
            yield ParameterError("page", f"{detail} Read further with cursor=* instead of page.")
        if params.get("count", "none") not in ("none", "exact"):
            yield ParameterError("count", "Write none or exact.", allowed=["none", "exact"])
        if "cursor" in params and "page" in params:
            yield ParameterError("cursor", "Either page or cursor.")
        if (
            params.get("cursor", FIRST_CURSOR) != FIRST_CURSOR
            and self._read_cursor(request) is None
        ):
            detail = "This cursor belongs to another query or was cut; begin again with cursor=*."
            yield ParameterError("cursor", detail)

    def is_page_asked_for(self, request: Request) -> bool:
        """Whether the query asks for one page; another form than JSON else answers every record."""
        return any(name in request.query_params for name in ("page", "page_size", "cursor"))

    def read_page(self, queryset: QuerySet, request: Request, terms: list[Term]) -> DocumentPage:
        """One page of `queryset`, in the order of `terms`."""
        if "cursor" in request.query_params:
            return self._read_page_by_cursor(queryset, request, terms)
        params = request.query_params
        start, size = self._first_row(params), self._page_size(params)
        ordered = queryset.order_by(*(term.forwards for term in terms))
        end = min(start + size + 1, self.max_depth)
        documents = list(ordered.values_list("document", flat=True)[start:end])
        page = int(params.get("page", 1))
        reachable = queryset.order_by()[: self.max_depth]
        return DocumentPage(
            documents[:size], *numbered_places(page, size, documents, reachable.count)
        )

    def _read_page_by_cursor(
        self, queryset: QuerySet, request: Request, terms: list[Term]
    ) -> DocumentPage:
        place = self._read_cursor(request)
        backwards = place is not None and place["backwards"]
        if place is not None:
            queryset = queryset.filter(rows_after(terms, place["values"], backwards))
        expressions = (term.backwards if backwards else term.forwards for term in terms)
        ordered = queryset.order_by(*expressions)
        size = self._page_size(request.query_params)
        rows = list(ordered.values_list("document", *(t.column for t in terms))[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        rows = rows[::-1] if backwards else rows
        following = rows and (more or backwards)
        preceding = rows and (more if backwards else place is not None)
        return DocumentPage(
            [row[0] for row in rows],
            self._make_cursor(request, rows[-1][1:], backwards=False) if following else None,
            self._make_cursor(request, rows[0][1:], backwards=True) if preceding else None,
        )

    def _make_cursor(self, request: Request, values: Iterable[object], backwards: bool) -> Place:
        # Times to the microsecond, as the column holds them: rows lie between two milliseconds.
        place = orjson.dumps([int(backwards), *values], default=str).decode()
        return {"cursor": signing.Signer(salt=self._signed_query(request)).sign_object(place)}

    def _read_cursor(self, request: Request) -> dict[str, Any] | None:
        """Where a cursor points; None for the beginning and for one that is not ours."""
        try:
            signer = signing.Signer(salt=self._signed_query(request))
            backwards, *values = orjson.loads(signer.unsign_object(request.query_params["cursor"]))
        except (signing.BadSignature, ValueError):
            return None
        return {"backwards": bool(backwards), "values": values}

    def _signed_query(self, request: Request) -> str:
        """What a cursor is bound to: the address and every parameter but those of paging."""
        others = [
            (k, v) for k, v in sorted(request.query_params.lists()) if k not in self.parameters
        ]
        return f"{request.path.rstrip('/')}?{urlencode(others, doseq=True)}"

    def page_response(
        self,
        queryset: QuerySet,
        request: Request,
        document_page: DocumentPage,
        more: dict[str, Any] | None = None,
    ) -> Response:
        """The answer around one page; `more` is what else it says of all records."""
        head: dict[str, Any] = self._count_keys(queryset, request.query_params)
        documents, following, preceding, last_page = document_page
        addresses = addresses_around(request, following, preceding, last_page)
        page = StoredPage({**head, **addresses, **(more or {})}, documents)
        return Response(page, headers=link_header(addresses))

    def _count_keys(self, queryset: QuerySet, params: QueryDict) -> dict[str, Any]:
        asked = params.get("count", "none" if "cursor" in params else "")
        if asked == "none":
            return {}
        if asked == "exact":
            return {"count": queryset.order_by().count()}
        count = queryset.order_by()[: self.max_depth + 1].count()
        if count <= self.max_depth:
            return {"count": count}
        return {"count": self.max_depth, "count_truncated": True}

    def _page_size(self, params: QueryDict) -> int:
        return int(params.get("page_size", self.page_size))

    def _first_row(self, params: QueryDict) -> int:
        return (int(params.get("page", 1)) - 1) * self._page_size(params)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Records that match; see count=."},
                "count_truncated": {"type": "boolean", "description": "There are more than count."},
                "next": link,
                "previous": link,
                "left_out": LEFT_OUT_SCHEMA,
                "last_page": {"type": "integer", "description": LAST_PAGE_TEXT},
                "facets": FACETS_SCHEMA,
                "facets_truncated": TRUNCATED_FACETS_SCHEMA,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        page = {"type": "integer", "minimum": 1, "maximum": self.max_depth, "default": 1}
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        described = {
            "page": (page, "Page, from 1, to 10,000 rows deep; further by cursor."),
            "page_size": ({**size, "default": self.page_size}, "Records on a page."),
            "cursor": (CURSOR, "`*`, then as `next` says."),
            "count": ({"type": "string", "enum": ["none", "exact"]}, "No count, or an exact one."),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, (schema, text) in described.items()
        ]


def is_whole_number_up_to(text: str, most: int) -> bool:
    """Whether `text` is a whole number from 1 to `most`."""
    return text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most


def address_beside(request: Request, place: Place) -> str:
    """The address of `request` with the parameters of `place` instead."""
    params = request.query_params.copy()
    for name, value in place.items():
        params.pop(name, None)
        if value is not None:
            params[name] = str(value)
    base = request.build_absolute_uri(request.path)
    return f"{base}?{params.urlencode()}" if params else base


def numbered_places(
    page: int, size: int, rows: Sized, count: Callable[[], int]
) -> tuple[Place | None, Place | None, int | None]:
    """The places after and before a numbered page; of one beyond the last, the last, too.

    Args:
        page: from 1.
        size: of a full page.
        rows: those of the page, and one more if others follow.
        count: counts all rows; it is only called for a page beyond the last.
    """
    last_page = max(1, ceil(count() / size)) if page > 1 and not rows else None
    following: Place | None = {"page": page + 1} if len(rows) > size else None
    before = last_page or page - 1
    preceding: Place | None = {"page": before if before > 1 else None} if page > 1 else None
    return following, preceding, last_page


def addresses_around(
    request: Request,
    following: Place | None,
    preceding: Place | None,
    last_page: int | None = None,
) -> dict[str, Any]:
    """`next` and `previous` of a list, null where there is none; `last_page` of one beyond it."""
    return {
        "next": following and address_beside(request, following),
        "previous": preceding and address_beside(request, preceding),
        **({"last_page": last_page} if last_page else {}),
    }


def page_link_fields() -> dict[str, Any]:
    """For OpenAPI: what `addresses_around` gives."""
    return {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "last_page": serializers.IntegerField(required=False, help_text=LAST_PAGE_TEXT),
    }


def link_header(addresses: Mapping[str, Any]) -> dict[str, str] | None:
    """The `Link` header (RFC 8288) of `next` and `previous`, if there is any of them."""
    links = {"next": addresses.get("next"), "prev": addresses.get("previous")}
    text = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)
    return {"Link": text} if text else None

"""Pages of a list: `page` and `page_size`, counted, to a fixed depth."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from apps.core.exceptions import ParameterError
from apps.core.renderers import StoredPage


class PagePagination(BasePagination):
    """`{count, next, previous, results}` over stored documents.

    The count is exact up to 10,000; beyond, it is 10,000 and `count_truncated` is true.
    """

    page_size = 50
    max_page_size = 500
    max_depth = 10_000
    parameters = ("page", "page_size")

    def errors(self, request: Any) -> Iterator[ParameterError]:
        """What is wrong with the paging parameters of `request`."""
        for name, greatest in (("page_size", self.max_page_size), ("page", self.max_depth)):
            text = request.query_params.get(name)
            if text is None:
                continue
            if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= greatest):
                yield ParameterError(name, f"A whole number from 1 to {greatest:,}.")
                return
        if self._start(request) >= self.max_depth:
            last = self.max_depth // self._size(request)
            detail = f"Pages end at row {self.max_depth:,}: with this page_size, at page {last}."
            yield ParameterError("page", f"{detail} Narrow the query by a filter.")

    def paginate_queryset(self, queryset: QuerySet, request: Any, view: Any = None) -> list[str]:
        """One page of documents; also counts, and remembers whether more follow."""
        self.request = request
        self.count = queryset.order_by()[: self.max_depth + 1].count()
        start, size = self._start(request), self._size(request)
        return list(queryset.values_list("document", flat=True)[start : start + size])

    def get_paginated_response(self, data: list[str]) -> Response:
        truncated = self.count > self.max_depth
        links = {"next": self._link(1), "previous": self._link(-1)}
        envelope: dict[str, Any] = {"count": min(self.count, self.max_depth)}
        if truncated:
            envelope["count_truncated"] = True
        header = ", ".join(f'<{url}>; rel="{rel[:4]}"' for rel, url in links.items() if url)
        return Response(
            StoredPage({**envelope, **links}, data), headers={"Link": header} if header else None
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Records that match, at most 10,000."},
                "count_truncated": {
                    "type": "boolean",
                    "description": "There are more than `count`.",
                },
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limits = {
            "page": (self.max_depth, 1, "Page, from 1."),
            "page_size": (self.max_page_size, self.page_size, "Records on a page."),
        }
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": text,
                "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": default},
            }
            for name, (most, default, text) in limits.items()
        ]

    def _size(self, request: Any) -> int:
        return int(request.query_params.get("page_size", self.page_size))

    def _start(self, request: Any) -> int:
        return (int(request.query_params.get("page", 1)) - 1) * self._size(request)

    def _link(self, step: int) -> str | None:
        page = int(self.request.query_params.get("page", 1)) + step
        size = self._size(self.request)
        if page < 1 or (page - 1) * size >= min(self.count, self.max_depth):
            return None
        url = self.request.build_absolute_uri()
        return (
            remove_query_param(url, "page") if page == 1 else replace_query_param(url, "page", page)
        )

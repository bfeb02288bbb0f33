"""Addresses of the answers beside an answer: the same query with another place in it."""

from collections.abc import Mapping
from typing import Any

Place = dict[str, int | str | None]  # parameters of the query; None: without this one


def of_record(request: Any, type: str, slug: str) -> str:
    """The address of a record."""
    return str(request.build_absolute_uri(f"/api/v1/{type}/{slug}/"))


def beside(request: Any, place: Place) -> str:
    """The address of `request` with the parameters of `place` instead."""
    params = request.query_params.copy()
    for name, value in place.items():
        params.pop(name, None)
        if value is not None:
            params[name] = str(value)
    base = request.build_absolute_uri(request.path)
    return f"{base}?{params.urlencode()}" if params else base


def numbered(page: int, has_more: bool) -> tuple[Place | None, Place | None]:
    """The places after and before a numbered page, if there are any."""
    following: Place | None = {"page": page + 1} if has_more else None
    preceding: Place | None = {"page": page - 1 if page > 2 else None} if page > 1 else None
    return following, preceding


def around(request: Any, following: Place | None, preceding: Place | None) -> dict[str, Any]:
    """`next` and `previous` of a list; null where there is none."""
    return {
        "next": following and beside(request, following),
        "previous": preceding and beside(request, preceding),
    }


def header(addresses: Mapping[str, str | None]) -> dict[str, str] | None:
    """The `Link` header (RFC 8288) of `next` and `previous`, if there is any of them."""
    found = ", ".join(f'<{url}>; rel="{rel[:4]}"' for rel, url in addresses.items() if url)
    return {"Link": found} if found else None

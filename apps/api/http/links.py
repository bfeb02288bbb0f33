"""Addresses of records."""

from typing import Any


def of_record(request: Any, type: str, slug: str) -> str:
    """The address of a record."""
    return str(request.build_absolute_uri(f"/api/v1/{type}/{slug}/"))

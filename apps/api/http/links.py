"""Addresses of records."""

from rest_framework.request import Request


def record_url(request: Request, type: str, slug: str) -> str:
    """The address of a record."""
    return str(request.build_absolute_uri(f"/api/v1/{type}/{slug}/"))

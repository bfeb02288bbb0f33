"""Comparing answers."""

from typing import Any

OF_ONE_REQUEST = {"x-request-id"}


def lasting_headers(response: Any) -> dict[str, str]:
    """The headers, by their names in small letters, without what names this one request."""
    named = {name.lower(): text for name, text in response.headers.items()}
    return {name: text for name, text in named.items() if name not in OF_ONE_REQUEST}

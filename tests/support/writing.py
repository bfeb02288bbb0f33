"""Accounts that write by the API, and what they send."""

from typing import Any

import orjson
from rest_framework.test import APIClient

from tests.accounts.factories import TokenFactory, UserFactory

STAMP_KEYS = ("revision", "updated_at", "disputed_fields")
NORLAND_DOCUMENT: dict[str, Any] = {
    "slug": "norland",
    "name": "Norland",
    "kind": "state",
    "certainty": "confirmed",
    "citations": [{"article": "the-source"}],
}


def writer_client(role: str | None = "publisher", scope: str = "admin", **user: Any) -> APIClient:
    """The client of an account with a role, by a token of one scope; `user` is who it is."""
    account = UserFactory(role=role, **user)
    key = TokenFactory(user=account, scopes=[scope]).key
    client = APIClient(headers={"authorization": f"Bearer {key}"}, raise_request_exception=False)
    client.user = account
    return client


def record_address(record: Any) -> str:
    """Where a record is."""
    return f"/api/v1/{record.endpoint()}/{record.slug}/"


def if_match_header(record: Any) -> dict[str, str]:
    """What says that a writer has seen the record as it stands."""
    record.refresh_from_db()
    return {"if-match": APIClient().get(record_address(record))["ETag"]}


def stored_document(record: Any) -> Any:
    """A record as it is stored."""
    record.refresh_from_db()
    return orjson.loads(record.document)


def document_errors(
    response: Any, status: int = 400, code: str = "invalid-document"
) -> dict[str, str]:
    """What a problem says of each place of a body, after a look at its form."""
    body = response.json()
    assert (response.status_code, body["status"]) == (status, status), body
    assert response["Content-Type"] == "application/problem+json"
    assert body["type"].endswith(f"/problems/{code}/")
    return {
        error.get("pointer", error.get("parameter")): error["detail"] for error in body["errors"]
    }

"""Stored documents as answers: bytes are joined, nothing is serialised again."""

from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


class Stored:
    """A record's stored document, as an answer."""

    def __init__(self, document: str) -> None:
        self.document = document

    def json(self) -> bytes:
        return self.document.encode()


class StoredPage:
    """A page of stored documents in its envelope."""

    def __init__(self, envelope: dict[str, Any], documents: list[str]) -> None:
        self.envelope, self.documents = envelope, documents

    def json(self) -> bytes:
        head = orjson.dumps(self.envelope)[:-1]
        return head + b',"results":[' + ",".join(self.documents).encode() + b"]}"


class DocumentJSONRenderer(BaseRenderer):
    """JSON."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        return data.json() if hasattr(data, "json") else orjson.dumps(data, default=str)

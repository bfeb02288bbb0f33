"""The forms of answers: which is asked for, and stored documents as JSON.

Their bytes are joined; nothing is serialised again.
"""

from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.api.http.weights import media_weight, weighed_values

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class StoredDocument:
    """A record's stored document, as an answer."""

    def __init__(self, document: str) -> None:
        self.document = document

    def to_json(self) -> bytes:
        return self.document.encode()


class StoredPage:
    """A page of stored documents in its envelope."""

    def __init__(self, envelope: dict[str, Any], documents: list[str]) -> None:
        self.envelope, self.documents = envelope, documents

    def to_json(self) -> bytes:
        head = orjson.dumps(self.envelope)[:-1]
        return head + b',"results":[' + ",".join(self.documents).encode() + b"]}"


class DocumentJSONRenderer(BaseRenderer):
    """JSON."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: dict[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data.to_json() if hasattr(data, "to_json") else orjson.dumps(data, default=str)


class FormatNegotiation(DefaultContentNegotiation):
    """`format=` before `Accept`; an unknown `format` is left for the view to refuse by name.

    Of the forms that `Accept` weighs most, the first is taken: browsers, which name none, get it.
    The first renderer is that of JSON, in which alone a write is answered.
    """

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if request.method in WRITES:
            renderers = renderers[:1]
        asked = request.query_params.get("format")
        if asked is None:
            accept = request.META.get("HTTP_ACCEPT", "")
            renderer = heaviest_renderer(accept, renderers) if accept else renderers[0]
            return renderer, renderer.media_type
        renderer = next(
            (candidate for candidate in renderers if candidate.format == asked), renderers[0]
        )
        return renderer, renderer.media_type


def heaviest_renderer(accept: str, renderers: list[BaseRenderer]) -> BaseRenderer:
    """The renderer whose form an Accept weighs most; the first of those that weigh the same.

    Raises:
        NotAcceptable: it takes none of them.
    """
    weights = dict(weighed_values(accept))
    best = max(renderers, key=lambda renderer: media_weight(str(renderer.media_type), weights))
    if media_weight(str(best.media_type), weights) == 0:
        raise NotAcceptable(available_renderers=renderers)
    return best

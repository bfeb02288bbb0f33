"""Answers in other forms than JSON: which one is asked for, and the records streamed in it."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.http import StreamingHttpResponse
from rest_framework.negotiation import DefaultContentNegotiation

from apps.api.http.problems import InvalidParameters, ParameterError, not_known
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.grouping import FETCHED
from apps.api.query.selection import Payload
from apps.formats.writers import FORMATS


def renderer(name: str, media: str) -> type[DocumentJSONRenderer]:
    """What stands for a form while it is negotiated; it writes problems."""
    names = {"media_type": media.partition(";")[0], "format": name, "__doc__": f"{name}."}
    return type(f"{name.title()}Renderer", (DocumentJSONRenderer,), names)


RENDERERS: list[Any] = [
    DocumentJSONRenderer,
    *(renderer(f.name, f.media_type) for f in FORMATS.values()),
]


class FormatNegotiation(DefaultContentNegotiation):
    """`format=` before `Accept`; an unknown `format` is left for the view to refuse by name."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        asked = request.query_params.get("format")
        if asked is None:
            return super().select_renderer(request, renderers, format_suffix)
        found = next((one for one in renderers if one.format == asked), renderers[0])
        return found, found.media_type


def format_errors(params: Any) -> Iterator[ParameterError]:
    """What is wrong with `format` and what belongs to it."""
    asked = params.get("format", "json")
    if asked not in ("json", *FORMATS):
        yield not_known("format", asked, ["json", *FORMATS], f"There is no format “{asked[:50]}”.")
    if "expand" in params and asked not in ("json", "ndjson"):
        yield ParameterError("expand", "Only json and ndjson answers nest other records.")
    if params.get("raw", "1") != "1":
        yield ParameterError("raw", "Write 1, or leave it out.", allowed=["1"])


def stored_rows(queryset: Any, terms: list[Any]) -> Iterator[str]:
    """Every stored document of a list in its order, a few rows in memory at a time."""
    ordered = queryset.order_by(*(term.expression() for term in terms))
    return ordered.values_list("document", flat=True).iterator(chunk_size=FETCHED)


def in_chunks(stored: Iterable[str], payload: Payload) -> Iterator[dict[str, Any]]:
    """Stored documents, parsed; whole ones, of which the writer takes the keys asked for."""
    if not payload.tree:
        yield from (orjson.loads(document) for document in stored)
        return
    batch: list[str] = []
    for document in stored:
        batch.append(document)
        if len(batch) == FETCHED:
            yield from payload.expanded(batch)
            batch = []
    yield from payload.expanded(batch)


def export(request: Any, serializer: Any, stored: Iterable[str], payload: Payload) -> Any:
    """The records of an answer in the form that was negotiated."""
    form = FORMATS[request.accepted_renderer.format]
    documents = in_chunks(stored, payload)
    raw = "raw" in request.query_params
    try:
        content = form.write(serializer, documents, payload.names, raw)
    except ValueError as error:
        raise InvalidParameters([ParameterError("format", str(error))]) from error
    response = StreamingHttpResponse(content, content_type=form.media_type)
    if form.name in ("csv", "xlsx"):
        name = f"{serializer.model.endpoint()}.{form.name}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

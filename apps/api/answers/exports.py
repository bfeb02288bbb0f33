"""Answers in other forms than JSON: the records streamed in the one that is asked for."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

import orjson
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.api.http.problems import InvalidParameters, ParameterError
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.grouping import ROWS_PER_FETCH
from apps.api.query.left_out import LeftOut, left_out_in_words
from apps.api.query.selection import DocumentSelection
from apps.documents.serializers import RecordSerializer
from apps.formats.catalogue import FORMATS, WRITERS
from apps.formats.csv_files import CSV
from apps.formats.format import Format, Origin, WholeFile


def make_renderer(name: str, media: str) -> type[DocumentJSONRenderer]:
    """What stands for a form while it is negotiated; it writes problems."""
    names = {"media_type": media.partition(";")[0], "format": name, "__doc__": f"{name}."}
    return type(f"{name.title()}Renderer", (DocumentJSONRenderer,), names)


LEFT_OUT_HEADER = "Left-Out"
MAX_HEADER = 2_000  # characters; servers in front of ours take some 4,000 of all headers together
AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)
CHUNK = 64 * 1024  # bytes that are gathered before they are sent
MAX_KEPT = 1024 * 1024  # bytes of a stream that are made before it is sent, to know its length
RENDERERS: list[Any] = [
    DocumentJSONRenderer,
    *(make_renderer(name, FORMATS[name].media_type) for name in WRITERS),
]


def parse_in_batches(stored: Iterable[str], payload: DocumentSelection) -> Iterator[dict[str, Any]]:
    """Stored documents, parsed; whole ones, of which the writer takes the keys asked for."""
    if not payload.tree:
        yield from (orjson.loads(document) for document in stored)
        return
    batch: list[str] = []
    for document in stored:
        batch.append(document)
        if len(batch) == ROWS_PER_FETCH:
            yield from payload.parse_and_expand(batch)
            batch = []
    yield from payload.parse_and_expand(batch)


def gather_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces gathered into chunks, so that a long answer takes few writes and little memory."""
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def with_length(chunks: Iterator[bytes]) -> tuple[Iterable[bytes], int | None]:
    """The chunks of a stream, and how many bytes they are if those are few."""
    kept: list[bytes] = []
    size = 0
    for chunk in chunks:
        kept.append(chunk)
        size += len(chunk)
        if size > MAX_KEPT:
            return chain(kept, chunks), None
    return kept, size


def with_left_out(response: AnyResponse, left_out: LeftOut | None) -> AnyResponse:
    """An answer that has no envelope, with what it leaves out in its header.

    Of very many things that are not known it says only how many records each leaves out.
    """
    if left_out:
        text = orjson.dumps(left_out).decode()  # names and words: ASCII
        if len(text) > MAX_HEADER:
            text = orjson.dumps({**left_out, "how": {}}).decode()
        response[LEFT_OUT_HEADER] = text
    return response


def export_response(
    request: Request,
    serializer: RecordSerializer,
    stored: Iterable[str],
    payload: DocumentSelection,
    revision: int | None = None,
    left_out: LeftOut | None = None,
) -> StreamingHttpResponse:
    """The records of an answer in the form that was negotiated, as of a revision of the dataset."""
    form = FORMATS[request.accepted_renderer.format]
    documents = parse_in_batches(stored, payload)
    raw = "raw" in request.query_params
    origin = Origin(request.build_absolute_uri(), revision, left_out_in_words(left_out or {}))
    try:
        content = WRITERS[form.name](serializer, documents, payload.selected_keys, raw, origin)
    except ValueError as error:
        raise InvalidParameters([ParameterError("format", str(error))]) from error
    if form is CSV and "bom" in request.query_params:
        content = chain((BOM_UTF8,), content)
    response = file_response(serializer.model.endpoint(), form, content)
    return with_left_out(response, left_out)


def file_response(
    name: str, form: Format, content: Iterable[bytes] | WholeFile
) -> StreamingHttpResponse:
    """An answer in a form for files, with its length if the file is there or is short."""
    chunks: Iterable[bytes] = content
    if isinstance(content, WholeFile):
        length: int | None = content.size
    else:
        chunks, length = with_length(gather_chunks(content))
    response = StreamingHttpResponse(chunks, content_type=form.media_type)
    if length is not None:
        response["Content-Length"] = length
    if form.is_attachment:
        response["Content-Disposition"] = f'attachment; filename="{name}.{form.name}"'
    return response

"""Compression of answers: gzip, and br where its library is there, as the client weighs them.

A strong tag names bytes, so that of compressed ones says the encoding at its end.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest

from apps.api.http.weights import weighed_values
from apps.formats.catalogue import FORMATS
from apps.formats.format import Bytes

MIN_BYTES = 500  # below, compression saves no packet
GZIP_LEVEL, BROTLI_QUALITY = 5, 4  # answers are made while somebody waits
GZIP_WINDOW = 31  # of zlib: with the head and the end of a gzip file
BROTLI = import_module("brotli") if find_spec("brotli") else None
COMPRESSED_TYPES = {form.media_type for form in FORMATS.values() if form.holds is Bytes.ZIP}


def gzip_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of an answer in gzip; each can be read as soon as it is there."""
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def brotli_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of an answer in br; each can be read as soon as it is there."""
    packer: Any = BROTLI and BROTLI.Compressor(quality=BROTLI_QUALITY)
    for piece in pieces:
        yield packer.process(piece) + packer.flush()
    yield packer.finish()


def gzip_body(body: bytes) -> bytes:
    """A whole body in gzip, the same bytes at any time."""
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def brotli_body(body: bytes) -> bytes:
    """A whole body in br."""
    return bytes(BROTLI.compress(body, quality=BROTLI_QUALITY)) if BROTLI else body


# The better one first: it is taken where the client likes several alike.
BODIES: dict[str, Callable[[bytes], bytes]] = {
    **({"br": brotli_body} if BROTLI else {}),
    "gzip": gzip_body,
}
STREAMS = {"br": brotli_pieces, "gzip": gzip_pieces}


def chosen_encoding(header: str) -> str | None:
    """The encoding that an Accept-Encoding likes best; None: the bytes as they are."""
    weights = dict(weighed_values(header))
    rest = weights.get("*", 0.0)
    best = max(BODIES, key=lambda name: weights.get(name, rest))  # the first of several
    weight = weights.get(best, rest)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def compress_response(request: HttpRequest, response: Any) -> None:
    """Compress an answer if the client takes it so, and it is not compressed yet."""
    name_held_tag(request, response)
    encoding = chosen_encoding(request.headers["Accept-Encoding"])
    if encoding is None or not is_compressible(response):
        return
    if response.streaming:
        response.streaming_content = STREAMS[encoding](response.streaming_content)
        response.headers.pop("Content-Length", None)  # it was that of the bytes as they are
    else:
        response.content = BODIES[encoding](response.content)
        response["Content-Length"] = len(response.content)
    response["Content-Encoding"] = encoding
    if (tag := response.get("ETag", "")).startswith('"'):
        response["ETag"] = f'{tag[:-1]}-{encoding}"'


def is_compressible(response: Any) -> bool:
    """Whether an answer gets smaller."""
    if "Content-Encoding" in response or response.get("Content-Type") in COMPRESSED_TYPES:
        return False
    return response.streaming or len(response.content) >= MIN_BYTES


def name_held_tag(request: HttpRequest, response: Any) -> None:
    """A 304 names the tag of the bytes that the client holds, which may be compressed ones."""
    tag = response.get("ETag", "")
    if response.status_code != 304 or not tag.startswith('"'):
        return
    held = request.headers.get("If-None-Match", "")
    for encoding in BODIES:
        if (named := f'{tag[:-1]}-{encoding}"') in held:
            response["ETag"] = named

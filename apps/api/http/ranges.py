"""Parts of an answer whose length is known, for programs that read a file by parts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})|bytes=-(\d{1,15})")


def answer_range(request: HttpRequest, response: Any) -> None:
    """Answer the one range of bytes that a reader asks for (RFC 9110, 14), as 206.

    Several ranges, one beyond the end, and one of another state are answered by the whole.
    """
    if request.method != "GET" or "Accept-Ranges" not in response:
        return
    length = int(response["Content-Length"])
    span = asked_span(request.headers["Range"], length)
    state = request.headers.get("If-Range")
    is_same = state is None or (state == response.get("ETag") and not state.startswith("W/"))
    if span is None or not is_same:
        return
    start, end = span
    if response.streaming:
        response.streaming_content = bytes_between(response.streaming_content, start, end)
    else:
        response.content = response.content[start:end]
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
    response["Content-Length"] = end - start


def asked_span(header: str, length: int) -> tuple[int, int] | None:
    """Where the range begins, and before which byte it ends; None: no single range within."""
    match = RANGE.fullmatch(header.strip())
    if match is None:
        return None
    first, last, final = match.groups()
    if final is not None:
        return (max(0, length - int(final)), length) if int(final) else None
    start, end = int(first), min(int(last) + 1 if last else length, length)
    return (start, end) if start < end else None


def bytes_between(chunks: Iterable[bytes], start: int, end: int) -> Iterator[bytes]:
    """The bytes of a stream from `start` to before `end`."""
    position = 0
    for chunk in chunks:
        if position >= end:
            break
        if piece := chunk[max(0, start - position) : end - position]:
            yield piece
        position += len(chunk)

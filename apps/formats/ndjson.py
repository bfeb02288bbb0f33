"""NDJSON: a document a line, each read by itself."""

from collections.abc import Iterator
from typing import IO, Any

import orjson

from apps.documents.serializers import RecordSerializer
from apps.formats.contents import FileContents
from apps.formats.format import UNKNOWN_ORIGIN, Bytes, Documents, Format, Names, Origin
from apps.formats.json_files import collect_documents, content_of
from apps.formats.rows import select_keys, selected_keys
from apps.formats.strict_json import NotStrictError, decode


def write_ndjson(
    serializer: RecordSerializer,
    documents: Documents,
    names: Names = None,
    raw: bool = False,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Iterator[bytes]:
    """One document a line."""
    keys = selected_keys(serializer, names)
    option = orjson.OPT_APPEND_NEWLINE
    return (orjson.dumps(select_keys(keys, document), option=option) for document in documents)


def read_ndjson(file: IO[bytes], serializer: RecordSerializer) -> FileContents:
    """The documents of a file; a line that is no strict JSON leaves the others as they are."""
    return collect_documents(documents_by_line(content_of(file)))


def documents_by_line(content: bytes) -> Iterator[tuple[int, Any, str]]:
    """The number of each line that is not blank, its document, and why there is none."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            try:
                yield number, decode(line, "line", first_line=number), ""
            except NotStrictError as error:
                yield number, None, str(error)


NDJSON = Format(
    "ndjson", "application/x-ndjson", write_ndjson, nests=True, read=read_ndjson, holds=Bytes.JSON
)

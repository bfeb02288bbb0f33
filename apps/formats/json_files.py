"""JSON: documents as the API answers them, in a list or a page. Answers are written by the API."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from apps.documents.serializers import RecordSerializer
from apps.formats.contents import MAX_CELL_TEXT, FileContents, FileRefusedError, FileRow, RowFault
from apps.formats.format import Bytes, Format
from apps.formats.strict_json import NotStrictError, decode

MAX_DEPTH = 32
MAX_NUMBER_DIGITS = 18  # of a whole number: more than any column holds, and no more than 64 bits
MAX_JSON_VALUES = 3_000_000  # lists, mappings and their entries, counted by their signs
NOT_A_LIST = "A JSON file is a list of documents, or an answer of the API with its results."
NO_MAPPING = "A document is a mapping of keys to values."


def read_json(file: IO[bytes], serializer: RecordSerializer) -> FileContents:
    """The documents of a file, which is refused as a whole where it is no strict JSON."""
    try:
        answer = decode(content_of(file), "file")
    except NotStrictError as error:
        raise FileRefusedError(str(error)) from error
    documents = answer.get("results") if isinstance(answer, dict) else answer
    if not isinstance(documents, list):
        raise FileRefusedError(NOT_A_LIST)
    return collect_documents((n, document, "") for n, document in enumerate(documents, start=1))


def content_of(file: IO[bytes]) -> bytes:
    """The bytes of a file, unless they would take more memory as values than there may be."""
    content = file.read().removeprefix(b"\xef\xbb\xbf")
    if sum(content.count(sign) for sign in (b"[", b"{", b",")) > MAX_JSON_VALUES:
        raise FileRefusedError(f"The file has more than {MAX_JSON_VALUES:,} values: split it.")
    return content


def collect_documents(documents: Iterable[tuple[int, Any, str]]) -> FileContents:
    """Contents of documents, each with its number and why it could not be read, if so."""
    contents = FileContents()
    for number, document, unreadable in documents:
        reasons = [unreadable] if unreadable else list(dict.fromkeys(excesses(document)))
        if not reasons and not isinstance(document, dict):
            reasons = [NO_MAPPING]
        contents.faults += (RowFault(number, "", reason) for reason in reasons)
        # What is wrong is not kept: it may be what no database takes.
        kept = slug_alone(document) if reasons else document
        revision = kept.get("revision")
        contents.add_row(FileRow(number, kept, revision if isinstance(revision, int) else None))
    if not contents.rows:
        raise FileRefusedError("The file has no documents.")
    return contents


def excesses(value: object, depth: int = 0) -> Iterator[str]:
    """What no document has so much of."""
    if depth > MAX_DEPTH:
        yield f"Nested more than {MAX_DEPTH} deep."
    elif isinstance(value, dict | list):
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from excesses(inner, depth + 1)
    elif isinstance(value, int) and abs(value) >= 10**MAX_NUMBER_DIGITS:
        yield f"A number has {len(str(abs(value)))} digits."
    elif isinstance(value, str) and len(value) > MAX_CELL_TEXT:
        yield f"A text has more than {MAX_CELL_TEXT:,} characters."


def slug_alone(document: object) -> dict[str, Any]:
    """The slug alone of what is otherwise wrong, so that the fault can be found by it."""
    slug = document.get("slug") if isinstance(document, dict) else None
    return {"slug": slug} if isinstance(slug, str) and slug.isascii() and len(slug) < 200 else {}


JSON = Format("json", "application/json", write=None, nests=True, read=read_json, holds=Bytes.JSON)

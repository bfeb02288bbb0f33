"""Rows into tables: as whole documents, by the one way in."""

import re
from collections.abc import Collection, Iterator
from typing import Any

import orjson

from apps.core.models import Record
from apps.documents.faults import Fault
from apps.documents.revisions import OpenRevision
from apps.documents.writing import IncomingDocument, write_documents
from apps.exchange.known_records import documents_by_slug
from apps.formats.contents import FileContents, FileRow
from apps.formats.rows import LOCATOR_KEYS

Document = dict[str, Any]


def complete_document(contents: FileContents, row: FileRow, current: Document | None) -> Document:
    """The document that a row makes of a record: what the file has no column for stays."""
    if contents.edit:
        return contents.edit.on(current or row.given)
    named = contents.named(row)
    kept = {key: value for key, value in (current or {}).items() if key not in named}
    return {**kept, **row.given}


def incoming_documents(
    model: type[Record], contents: FileContents, numbers: Collection[int]
) -> Iterator[IncomingDocument]:
    """The whole documents of the rows with these numbers."""
    rows = [row for row in contents.rows if row.number in numbers]
    standing = documents_by_slug(model, (row.slug for row in rows))
    for row in rows:
        current = orjson.loads(standing[row.slug]) if row.slug in standing else None
        yield IncomingDocument(
            model, complete_document(contents, row, current), f"row {row.number}"
        )


def write_rows(
    model: type[Record],
    contents: FileContents,
    numbers: Collection[int],
    opened: OpenRevision,
    progress: Any = iter,
) -> dict[str, int]:
    """Write the rows with these numbers, inside a revision; how many did what."""
    documents = [*incoming_documents(model, contents, set(numbers))]
    return write_documents(documents, opened, progress, contents.publishes)


def fault_by_column(contents: FileContents, fault: Fault) -> dict[str, str]:
    """A fault with the column of the file in which its cause stands."""
    column, reason = fault.path, fault.reason
    if contents.headers is not None:
        entry = re.search(r"\[(\d+)\]", fault.path)
        column = re.sub(r"\[\d+\]", "", fault.path)
        name, _, key = column.partition(".")
        if name == "citations" and key in LOCATOR_KEYS:
            column = name
        reason = f"Entry {entry.group(1)}: {reason}" if entry else reason
    return {"column": column, "reason": reason}

"""What a file says once it is read: its rows as documents, and what is wrong with single rows."""

import re
from dataclasses import asdict, dataclass, field
from io import StringIO
from typing import Any

import orjson

from apps.documents.faults import Fault
from apps.formats.rows import LOCATOR_KEYS

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELL_TEXT = 2_000_000  # characters of a cell or a text: a corridor's geometry has the most
MAX_TABLE_TEXT = 60_000_000  # characters of all cells: a workbook may say one text a million times


class FileRefusedError(Exception):
    """A file that cannot be read, with every reason; nothing was written."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class FileRow:
    """One document of a file: the keys that have a value, as the API takes them.

    `number` is the row of a table, whose header is row 1, the line of NDJSON, or the place in
    JSON, from 1. `revision` is the revision at which the document was exported, if it says so.
    """

    number: int
    given: dict[str, Any]
    revision: int | None = None

    @property
    def slug(self) -> str:
        slug = self.given.get("slug")
        return slug if isinstance(slug, str) else ""


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row, and in which column."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class SharedEdit:
    """What is done alike to records that stand already; by it contents need no file.

    `put` are the values that keys get, None for nothing; `add` and `remove` are entries of lists
    of words or slugs. Drafts stay drafts unless it `publishes`.
    """

    put: dict[str, Any] = field(default_factory=dict)
    add: dict[str, list[str]] = field(default_factory=dict)
    remove: dict[str, list[str]] = field(default_factory=dict)
    publishes: bool = False

    @property
    def keys(self) -> list[str]:
        """The keys of the document that it may change."""
        return list(dict.fromkeys([*self.put, *self.add, *self.remove]))

    def apply_to(self, document: dict[str, Any]) -> dict[str, Any]:
        """What it makes of a document."""
        made = {**document, **self.put}
        for key in {**self.add, **self.remove}:
            gone, added = self.remove.get(key, []), self.add.get(key, [])
            made[key] = [
                entry for entry in made.get(key, []) if entry not in {*gone, *added}
            ] + added
        return made


@dataclass
class FileContents:
    """Rows of a file. `headers` are those of a table; documents of JSON have none.

    With an `edit` the rows only say which records it is done to.
    """

    headers: list[str] | None = None
    rows: list[FileRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    edit: SharedEdit | None = None

    @property
    def publishes(self) -> bool:
        """Whether what it writes is published; else a draft stays a draft."""
        return self.edit is None or self.edit.publishes

    def add_row(self, row: FileRow) -> None:
        """Take in one more row.

        Raises:
            FileRefusedError: there are too many.
        """
        if len(self.rows) >= MAX_ROWS:
            raise FileRefusedError(f"The file has more than {MAX_ROWS:,} rows: split it.")
        self.rows.append(row)

    def stated_keys(self, row: FileRow) -> set[str]:
        """The keys of the document of which a row says something, be it that nothing is known."""
        if self.headers is None:
            return set(row.given)
        return {header.partition(".")[0] for header in self.headers}

    def complete_document(self, row: FileRow, current: dict[str, Any] | None) -> dict[str, Any]:
        """What a row makes of a record, `current` or new; what it says nothing of stays."""
        if self.edit:
            return self.edit.apply_to(current or row.given)
        named = self.stated_keys(row)
        kept = {key: value for key, value in (current or {}).items() if key not in named}
        return {**kept, **row.given}

    def fault_by_column(self, fault: Fault) -> dict[str, str]:
        """A fault of a row's document with the column of the file in which its cause stands."""
        column, reason = fault.path, fault.reason
        if self.headers is not None:
            entry = re.search(r"\[(\d+)\]", fault.path)
            column = re.sub(r"\[\d+\]", "", fault.path)
            name, _, key = column.partition(".")
            if name == "citations" and key in LOCATOR_KEYS:
                column = name
            reason = f"Entry {entry.group(1)}: {reason}" if entry else reason
        return {"column": column, "reason": reason}

    def dump(self) -> str:
        """As lines of JSON, a row each, from which `load_contents` makes the same again."""
        edit = asdict(self.edit) if self.edit else None
        faults = [asdict(fault) for fault in self.faults]
        head = {"headers": self.headers, "faults": faults, "edit": edit}
        rows = ([row.number, row.given, row.revision] for row in self.rows)
        return "\n".join(orjson.dumps(line).decode() for line in (head, *rows))


def load_contents(text: str) -> FileContents:
    """What `dump` wrote. Line by line: a parser takes ten times the room of what it parses."""
    lines = StringIO(text)
    said = orjson.loads(next(lines))
    edit = SharedEdit(**said["edit"]) if said["edit"] else None
    faults = [RowFault(**fault) for fault in said["faults"]]
    return FileContents(
        said["headers"], [FileRow(*orjson.loads(line)) for line in lines], faults, edit
    )

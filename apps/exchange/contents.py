"""What a file says once it is read: its rows as documents, and what is wrong with single rows."""

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELL = 2_000_000  # characters of a cell or a text: a corridor's geometry has the most
MAX_TEXT = 60_000_000  # characters of all cells: a workbook may say one text a million times


class FileRefusedError(Exception):
    """A file that cannot be read, with every reason; nothing was written."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class Row:
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


@dataclass
class Contents:
    """A file's rows. `headers` are those of a table; documents of JSON have none."""

    headers: list[str] | None = None
    rows: list[Row] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Take in one more row.

        Raises:
            FileRefusedError: there are too many.
        """
        if len(self.rows) >= MAX_ROWS:
            raise FileRefusedError(f"The file has more than {MAX_ROWS:,} rows: split it.")
        self.rows.append(row)

    def named(self, row: Row) -> set[str]:
        """The keys of the document of which a row says something, be it that nothing is known."""
        if self.headers is None:
            return set(row.given)
        return {header.partition(".")[0] for header in self.headers}

    def dump(self) -> str:
        """As JSON, from which `load` makes the same again."""
        return orjson.dumps(
            {
                "headers": self.headers,
                "rows": [[row.number, row.given, row.revision] for row in self.rows],
                "faults": [asdict(fault) for fault in self.faults],
            }
        ).decode()


def load(text: str) -> Contents:
    """What `dump` wrote."""
    said = orjson.loads(text)
    return Contents(
        said["headers"],
        [Row(*row) for row in said["rows"]],
        [RowFault(**fault) for fault in said["faults"]],
    )

"""Tables of cells, of CSV and workbooks, as documents: the header first, then row by row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from apps.core.spelling import did_you_mean
from apps.documents.serializers import RecordSerializer
from apps.formats.contents import (
    MAX_CELL_TEXT,
    MAX_COLUMNS,
    MAX_TABLE_TEXT,
    FileContents,
    FileRefusedError,
    FileRow,
    RowFault,
)
from apps.formats.rows import document_from_row, table_columns

MAX_SHOWN_FAULTS = 20  # faults of a header that are named
LEFT_OUT_PATTERN = re.compile(r"\[[\d,]+ characters are too many for a cell; csv has them\]")

CellTexts = list[str]


def read_table(
    serializer: RecordSerializer, rows: Iterable[tuple[int, CellTexts]], raw: bool = False
) -> FileContents:
    """The documents of a table, whose first row is the header.

    Args:
        serializer: of the rows' type.
        rows: row numbers and cells; rows without any text are passed over.
        raw: whether the cells are as they were written, without the `'` before formulas.

    Raises:
        FileRefusedError: there is no header, or it is not of this type; too many cells.
    """
    table = ((number, cells) for number, cells in rows if any(cells))
    headers = [header.strip() for header in next(table, (0, []))[1]]
    check_headers(serializer, headers)
    contents = FileContents(headers)
    length = 0
    for number, cells in table:
        length += sum(map(len, cells))
        if length > MAX_TABLE_TEXT:
            raise FileRefusedError(
                f"The cells hold more than {MAX_TABLE_TEXT:,} characters: split it."
            )
        faults = list(row_faults(number, headers, cells))
        row = dict(zip(headers, cells, strict=False))
        try:
            document = document_from_row(serializer, row, raw)
        except ValueError as error:
            faults.append(RowFault(number, "", str(error)))
            document = {"slug": row.get("slug", "")}
        contents.faults += faults
        contents.add_row(FileRow(number, document, _whole_number(row.get("revision", ""))))
    if not contents.rows:
        raise FileRefusedError("The file has a header and no rows.")
    return contents


def check_headers(serializer: RecordSerializer, headers: list[str]) -> None:
    """Refuse a header that is not of the type's table; name everything that is wrong with it."""
    if not headers:
        raise FileRefusedError("The file has no rows.")
    if len(headers) > MAX_COLUMNS:
        raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")
    if reasons := [*header_faults(serializer, headers)]:
        more = (
            [f"… and {len(reasons) - MAX_SHOWN_FAULTS} more."]
            if len(reasons) > MAX_SHOWN_FAULTS
            else []
        )
        raise FileRefusedError(*reasons[:MAX_SHOWN_FAULTS], *more)


def header_faults(serializer: RecordSerializer, headers: list[str]) -> Iterator[str]:
    """What is wrong with a header."""
    known = [column.header for column in table_columns(serializer)]
    if len(headers) == 1 and (";" in headers[0] or "\t" in headers[0]):
        yield "The columns are not separated by commas: save the file as CSV with commas."
        return
    for header, count in Counter(headers).items():
        if not header:
            yield f"Column {headers.index('') + 1} has no header."
        elif header not in known:
            yield f"There is no column “{header[:100]}”.{did_you_mean(header, known)}"
        elif count > 1:
            yield f"The column {header} stands {count} times."
    if "slug" not in headers:
        yield "There is no column slug, which says which record a row is of."


def row_faults(number: int, headers: list[str], cells: CellTexts) -> Iterator[RowFault]:
    """What is wrong with a row before anyone asks what it means."""
    if len(cells) != len(headers):
        reason = f"The row has {len(cells)} cells, the header {len(headers)}."
        yield RowFault(number, "", reason)
    for header, cell in zip(headers, cells, strict=False):
        if len(cell) > MAX_CELL_TEXT:
            yield RowFault(number, header, f"The cell has more than {MAX_CELL_TEXT:,} characters.")
        elif LEFT_OUT_PATTERN.fullmatch(cell):
            reason = "The workbook left this text out, as too long for a cell: use CSV."
            yield RowFault(number, header, reason)


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

"""CSV: a row for each record, read and written row by row."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from typing import IO

from apps.documents.serializers import RecordSerializer
from apps.formats import headings
from apps.formats.contents import MAX_CELL_TEXT, MAX_COLUMNS, FileContents, FileRefusedError
from apps.formats.format import UNKNOWN_ORIGIN, Documents, Format, Names, Origin
from apps.formats.rows import (
    CellValue,
    cell_text,
    document_cells,
    guard_against_formula,
    table_columns,
)

# Of a row, quoted ones included: a file of nothing else would fill the memory with empty cells.
MAX_COMMAS = 200 * MAX_COLUMNS


def write_csv(
    serializer: RecordSerializer,
    documents: Documents,
    names: Names = None,
    raw: bool = False,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Iterator[bytes]:
    """RFC 4180 in UTF-8. `raw` leaves texts as they are that a spreadsheet would run."""
    shown = table_columns(serializer, names)
    writer = csv.writer(EchoFile())
    header = [column.header for column in shown]
    lines = (
        [csv_cell(cell, raw) for cell in document_cells(shown, document)] for document in documents
    )
    return (writer.writerow(line).encode() for line in chain([header], lines))


class EchoFile:
    """A file that hands back what it is given: the csv module writes only to files."""

    def write(self, line: str) -> str:
        return line


def csv_cell(cell: CellValue, raw: bool) -> str:
    """A cell as CSV holds it."""
    if not isinstance(cell, str):
        return cell_text(cell)
    return cell if raw else guard_against_formula(cell)


def read_csv(file: IO[bytes], serializer: RecordSerializer) -> FileContents:
    """The documents of a CSV in UTF-8."""
    lines = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        return headings.read_table(serializer, csv_rows(lines))
    finally:
        lines.detach()  # the file is its owner's to close


def csv_rows(text: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as a spreadsheet counts them."""
    lines = CommaCountingLines(text)
    csv.field_size_limit(MAX_CELL_TEXT)
    reader = csv.reader(lines, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            lines.commas = 0
            yield number, row
    except csv.Error as error:
        line = reader.line_num
        if "field larger" in str(error):
            reason = f"A cell has more than {MAX_CELL_TEXT:,} characters (line {line})."
        elif "end of data" in str(error):
            reason = f"A quotation mark is not closed: is the file cut off? (line {line})"
        else:
            reason = f"The quotation marks are not those of CSV (line {line}): {error}."
        raise FileRefusedError(reason) from error


class CommaCountingLines:
    """The lines of a file; refuses a row of endless cells before it is parsed."""

    def __init__(self, text: TextIOWrapper) -> None:
        self.text = text
        self.commas = 0  # since the last row ended

    def __iter__(self) -> "CommaCountingLines":
        return self

    def __next__(self) -> str:
        line = next(self.text)
        self.commas += line.count(",")
        if self.commas > MAX_COMMAS:
            raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")
        return line


CSV = Format("csv", "text/csv; charset=utf-8", write_csv, is_attachment=True, read=read_csv)

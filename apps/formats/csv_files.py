"""CSV files, read row by row."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from apps.documents.serializers import RecordSerializer
from apps.formats import headings
from apps.formats.contents import MAX_CELL, MAX_COLUMNS, Contents, FileRefusedError

# Of a row, quoted ones included: a file of nothing else would fill the memory with empty cells.
MAX_COMMAS = 200 * MAX_COLUMNS


def read(file: IO[bytes], serializer: RecordSerializer) -> Contents:
    """The documents of a CSV in UTF-8 that was looked at already (sniffing.py)."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        return headings.contents(serializer, rows(text))
    finally:
        text.detach()  # the file is its owner's to close


def rows(text: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as a spreadsheet counts them."""
    lines = Lines(text)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            lines.commas = 0
            yield number, row
    except csv.Error as error:
        line = reader.line_num
        if "field larger" in str(error):
            reason = f"A cell has more than {MAX_CELL:,} characters (line {line})."
        elif "end of data" in str(error):
            reason = f"A quotation mark is not closed: is the file cut off? (line {line})"
        else:
            reason = f"The quotation marks are not those of CSV (line {line}): {error}."
        raise FileRefusedError(reason) from error


class Lines:
    """The lines of a file; refuses a row of endless cells before it is parsed."""

    def __init__(self, text: TextIOWrapper) -> None:
        self.text = text
        self.commas = 0  # since the last row ended

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = next(self.text)
        self.commas += line.count(",")
        if self.commas > MAX_COMMAS:
            raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")
        return line

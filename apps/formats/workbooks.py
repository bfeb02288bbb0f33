"""Workbooks (XLSX): looked through as an archive of XML first, then read row by row.

Whatever could blow up is counted before a parser sees it: the sizes that the archive states (it
is never read beyond them), entities, marks of XML, and those of a single row.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook

from apps.documents.serializers import RecordSerializer
from apps.formats import headings
from apps.formats.contents import MAX_COLUMNS, MAX_ROWS, Contents, FileRefusedError, RowFault
from apps.formats.rows import text

PIECE = 1024 * 1024
MAX_PARTS = 1_000
MAX_RATIO = 200  # of what is packed to what comes out; a table of real records has about 10
MAX_UNPACKED = 200_000_000  # bytes of all parts
MAX_STRINGS = 64_000_000  # bytes of the part with the texts, which is kept in memory
MAX_OTHER = 2_000_000  # bytes of a part that is no sheet, such as the styles
MAX_MARKS = 5_000_000  # of XML in a part; a cell has about five
MAX_MARKS_OF_ROW = 50_000
LAST_ROW = 1_048_576  # of any spreadsheet
SHEETS = "xl/worksheets/"
STRINGS = "xl/sharedStrings.xml"
ROW_MARK = re.compile(rb"<(?:\w+:)?row[\s>/]")
ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
OVERLAP = 32  # bytes in which something that is looked for may be cut in two


def read(file: IO[bytes], serializer: RecordSerializer) -> Contents:
    """The documents in a workbook's only sheet, beside which one may be called About.

    Raises:
        FileRefusedError: it is no sound workbook, has macros or formulas, or would blow up.
    """
    check_archive(file)
    file.seek(0)
    faults: list[RowFault] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of decorations that openpyxl passes over
        try:
            found = headings.contents(serializer, rows(file, faults), raw=True)
        except FileRefusedError:
            raise
        except Exception as error:  # whatever a broken workbook makes of openpyxl
            raise FileRefusedError("This is no sound workbook: is it cut off?") from error
    found.faults = sorted([*faults, *found.faults], key=lambda fault: fault.row)
    return found


def check_archive(file: IO[bytes]) -> None:
    """Refuse what is no sound workbook or would blow up, before it is parsed."""
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            check_sizes(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    check_part(archive, part)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise FileRefusedError("This is no sound workbook: is it cut off?") from error


def check_sizes(parts: list[ZipInfo]) -> None:
    """Refuse an archive by what its directory says."""
    names = [part.filename for part in parts]
    if any("vbaproject" in name.lower() for name in names):
        raise FileRefusedError("The workbook has macros: save it as .xlsx without them.")
    if "xl/workbook.xml" not in names:
        raise FileRefusedError("This is a ZIP archive, but no workbook (.xlsx).")
    if len(names) > MAX_PARTS or len(set(names)) < len(names):
        raise FileRefusedError("The workbook has too many parts, or one of them twice.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        _too_large(f"unpacked it has more than {MAX_UNPACKED:,} bytes")
    for part in parts:
        most = MAX_STRINGS if part.filename == STRINGS else MAX_OTHER
        is_sheet = part.filename.startswith(SHEETS)
        is_read = part.filename.lower().endswith((".xml", ".rels"))
        if is_read and not is_sheet and part.file_size > most:
            _too_large(f"{part.filename[:100]} has more than {most:,} bytes")
        if part.file_size > MAX_RATIO * max(part.compress_size, 1_000):
            _too_large(f"{part.filename[:100]} is packed more than {MAX_RATIO} times")


def check_part(archive: ZipFile, part: ZipInfo) -> None:
    """Refuse XML with entities, in another encoding, or with too many marks."""
    marks = of_row = 0
    before = b""
    with archive.open(part) as source:
        while piece := source.read(PIECE):
            if not before:
                check_declaration(part, piece)
            if b"\0" in piece:
                _refused(part, "is not UTF-8")
            seen = before[-OVERLAP:] + piece
            if ENTITIES.search(seen):
                _refused(part, "has a DOCTYPE or an ENTITY, which no workbook needs")
            marks += piece.count(b"<")
            of_row = longest(seen, of_row, part.filename.startswith(SHEETS))
            if marks > MAX_MARKS:
                _too_large(f"{part.filename[:100]} has more than {MAX_MARKS:,} marks")
            before = piece


def check_declaration(part: ZipInfo, beginning: bytes) -> None:
    """Refuse XML in an encoding in which other bytes might say DOCTYPE."""
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        _refused(part, "is no XML in UTF-8")
    declared = DECLARED.match(beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:500])
    if declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
        _refused(part, "is not UTF-8")


def longest(piece: bytes, of_row: int, is_sheet: bool) -> int:
    """The marks since the last row began; refuses a row that is too long to be held."""
    if not is_sheet:
        return 0
    first, *others = ROW_MARK.split(piece)
    counts = [of_row + first.count(b"<"), *(row.count(b"<") for row in others)]
    if max(counts) > MAX_MARKS_OF_ROW:
        raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")
    return counts[-1]


def _refused(part: ZipInfo, why: str) -> NoReturn:
    raise FileRefusedError(f"A part of the workbook, {part.filename[:100]}, {why}.")


def _too_large(why: str) -> NoReturn:
    raise FileRefusedError(f"The workbook is too large to be read: {why}.")


def rows(file: IO[bytes], faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet as text; what is no text goes to `faults`."""
    workbook = load_workbook(file, read_only=True, keep_links=False)
    try:
        sheet = only_sheet(workbook)
        sheet.reset_dimensions()  # what the file says of them may be anything
        headers: list[str] = []
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            check_place(number, cells)
            last = max((at for at, cell in enumerate(cells, start=1) if is_filled(cell)), default=0)
            if last:
                line = [in_text(cell, number, headers, at, faults) for at, cell in enumerate(cells)]
                headers = headers or line[:last]
                blank = [""] * (len(headers) - len(line))
                yield number, (line + blank)[: max(last, len(headers))]
    finally:
        workbook.close()


def only_sheet(workbook: Any) -> Any:
    """The one sheet that holds records."""
    sheets = [sheet for sheet in workbook.worksheets if sheet.title != "About"]
    if len(sheets) != 1:
        titles = ", ".join(f"“{sheet.title}”" for sheet in sheets[:20]) or "none"
        raise FileRefusedError(f"One sheet is read, and there are: {titles}. Leave one.")
    return sheets[0]


def check_place(number: int, cells: tuple[Any, ...]) -> None:
    """Refuse a row that stands too low or is too wide."""
    if number > LAST_ROW:
        raise FileRefusedError(f"The file has more than {MAX_ROWS:,} rows: split it.")
    if len(cells) > MAX_COLUMNS:
        raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")


def is_filled(cell: Any) -> bool:
    """Whether anything stands in a cell."""
    return cell.value is not None and cell.value != ""


def in_text(cell: Any, number: int, headers: list[str], at: int, faults: list[RowFault]) -> str:
    """A cell as CSV would hold it."""
    value = cell.value
    if not is_filled(cell):
        return ""
    if cell.data_type in ("f", "e"):
        what = "formula: paste its value" if cell.data_type == "f" else f"fault, {value}"
        column = headers[at] if at < len(headers) else f"column {at + 1}"
        faults.append(RowFault(number, column, f"The cell holds a {what}."))
        return ""
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else text(value)

"""Workbooks (XLSX): written row by row; looked through as an archive of XML, then read row by row.

Whatever could blow up is counted before a parser sees it: the sizes that the archive states (it
is never read beyond them), marks of XML, and those of a single row. Entities are refused by the
parser: with defusedxml installed, openpyxl reads all its XML through it.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from itertools import chain, islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NoReturn
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.writer.excel import ExcelWriter

from apps.documents.serializers import RecordSerializer
from apps.formats import headings
from apps.formats.contents import MAX_COLUMNS, MAX_ROWS, FileContents, FileRefusedError, RowFault
from apps.formats.format import (
    PIECE,
    UNKNOWN_ORIGIN,
    Bytes,
    Documents,
    Format,
    Names,
    Origin,
    WholeFile,
)
from apps.formats.rows import CellValue, TableColumn, cell_text, document_cells, table_columns

MAX_TEXT_OF_CELL = 32_767  # characters that a spreadsheet's cell takes
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # of ZIP
PIECE_BYTES = 1024 * 1024
MAX_ARCHIVE_PARTS = 1_000
MAX_RATIO = 200  # of what is packed to what comes out; a table of real records has about 10
MAX_UNPACKED = 200_000_000  # bytes of all parts
MAX_STRINGS = 64_000_000  # bytes of the part with the texts, which is kept in memory
MAX_OTHER_PART = 2_000_000  # bytes of a part that is no sheet, such as the styles
MAX_MARKS = 5_000_000  # of XML in a part; a cell has about five
MAX_MARKS_OF_ROW = 50_000
ROWS_MEASURED = 100  # by which columns are made as wide as their texts
NARROWEST, WIDEST = 8, 60  # of a column, in characters
COVER_WIDTHS = {"A": 12, "B": 100}
LAST_ROW = 1_048_576  # of any spreadsheet
SHEET_FOLDER = "xl/worksheets/"
STRINGS_PART = "xl/sharedStrings.xml"
ROW_PATTERN = re.compile(rb"<(?:\w+:)?row[\s>/]")
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")


def write_xlsx(
    serializer: RecordSerializer,
    documents: Documents,
    names: Names = None,
    raw: bool = False,
    origin: Origin = UNKNOWN_ORIGIN,
) -> WholeFile:
    """A workbook: the table of CSV in typed cells, and a sheet that says what it is.

    Raises:
        ValueError: at once, when there are too many rows.
    """
    model = serializer.model
    table = TableRows(table_columns(serializer, names), documents)
    return write_table(model.endpoint(), str(model._meta.verbose_name_plural), table, origin)


def write_table(name: str, contents: str, table: "TableRows", origin: Origin) -> WholeFile:
    """A workbook with a table on a sheet called `name`, and on a second what it is.

    Raises:
        ValueError: at once, when there are too many rows.
    """
    workbook = Workbook(write_only=True)
    with ExitStack() as open_files:
        file: IO[bytes] = open_files.enter_context(SpooledTemporaryFile(max_size=PIECE))
        try:
            fill_sheet(workbook.create_sheet(name), table)
            fill_cover(workbook.create_sheet("About"), contents, table, origin)
        finally:  # whatever happened: it also removes openpyxl's temporary files
            save_workbook(workbook, file, table.changed)
        open_files.pop_all()
    return WholeFile(file)


class TimelessArchive(ZipFile):
    """A ZIP file whose entries bear no time: the same workbook is at any time the same bytes."""

    def writestr(self, name: Any, data: Any, *_args: object, **_kwargs: object) -> None:
        super().writestr(ZipInfo(name), data, ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_args: object, **_kwargs: object) -> None:
        entry = ZipInfo(arcname)
        entry.compress_type, entry.file_size = ZIP_DEFLATED, Path(filename).stat().st_size
        with open(filename, "rb") as source, self.open(entry, "w") as target:
            copyfileobj(source, target, PIECE)


def save_workbook(workbook: Workbook, file: IO[bytes], changed: datetime) -> None:
    """Write a workbook that was last changed when the newest of its records was."""
    workbook.properties.created = workbook.properties.modified = changed.replace(tzinfo=None)
    with TimelessArchive(file, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).save()


class TableRows:
    """The rows of a table, counted as they pass, and when the newest of their records changed."""

    def __init__(self, shown: list[TableColumn], documents: Documents) -> None:
        self.shown, self.documents = shown, documents
        self.count, self.revision, self.changed = 0, 0, EPOCH

    def __iter__(self) -> Iterator[list[CellValue]]:
        for document in self.documents:
            self.count += 1
            if self.count > MAX_ROWS:
                raise ValueError(
                    f"A workbook takes {MAX_ROWS:,} records at most; csv takes them all."
                )
            self.revision = max(self.revision, document.get("revision") or 0)
            if moment := document.get("updated_at"):
                self.changed = max(self.changed, datetime.fromisoformat(moment))
            yield [*document_cells(self.shown, document)]


def fill_sheet(sheet: WriteOnlyWorksheet, table: TableRows) -> None:
    """Write the rows; the cover stands behind them, since programs read the first sheet."""
    headers = [column.header for column in table.shown]
    rows = iter(table)
    first = [*islice(rows, ROWS_MEASURED)]
    for place, texts in enumerate(zip(headers, *first, strict=True), start=1):
        width = max(len(cell_text(text)) for text in texts) + 2
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(max(width, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.append([workbook_cell(sheet, header, bold=True) for header in headers])
    for cells in chain(first, rows):
        sheet.append([workbook_cell(sheet, cell) for cell in cells])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{table.count + 1}"


def fill_cover(sheet: WriteOnlyWorksheet, contents: str, table: TableRows, origin: Origin) -> None:
    """Write what the file is: where it comes from, how it may be used, and what is not in it."""
    revision = origin.revision or table.revision
    cite = f"{settings.ATTRIBUTION} Revision {revision}." if revision else settings.ATTRIBUTION
    facts: list[tuple[str, CellValue]] = [
        ("Title", settings.DATASET_TITLE),
        ("Records", contents),
        ("Query", origin.address),
        ("Revision", revision),
        ("Rows", table.count),
        ("Left out", origin.left_out),
        ("Licence", f"{settings.LICENCE} ({settings.LICENCE_URL})"),
        ("Cite as", cite),
    ]
    for letter, width in COVER_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    for name, fact in facts:
        if fact or name == "Rows":
            cells = [workbook_cell(sheet, name, bold=True), workbook_cell(sheet, fact)]
            sheet.append(cells)


def workbook_cell(sheet: WriteOnlyWorksheet, value: CellValue, bold: bool = False) -> Any:
    """A value as the cell of a workbook: text is text, whatever it begins with."""
    if not isinstance(value, str) or not value:
        return None if value == "" else value
    if len(value) > MAX_TEXT_OF_CELL:
        value = f"[{len(value):,} characters are too many for a cell; csv has them]"
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def read_xlsx(file: IO[bytes], serializer: RecordSerializer) -> FileContents:
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
            contents = headings.read_table(serializer, sheet_rows(file, faults), raw=True)
        except FileRefusedError:
            raise
        except Exception as error:  # whatever a broken workbook, or an entity, makes of openpyxl
            raise FileRefusedError("This is no sound workbook: is it cut off?") from error
    contents.faults = sorted([*faults, *contents.faults], key=lambda fault: fault.row)
    return contents


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
    if len(names) > MAX_ARCHIVE_PARTS or len(set(names)) < len(names):
        raise FileRefusedError("The workbook has too many parts, or one of them twice.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        _refuse_as_too_large(f"unpacked it has more than {MAX_UNPACKED:,} bytes")
    for part in parts:
        most = MAX_STRINGS if part.filename == STRINGS_PART else MAX_OTHER_PART
        is_sheet = part.filename.startswith(SHEET_FOLDER)
        is_read = part.filename.lower().endswith((".xml", ".rels"))
        if is_read and not is_sheet and part.file_size > most:
            _refuse_as_too_large(f"{part.filename[:100]} has more than {most:,} bytes")
        if part.file_size > MAX_RATIO * max(part.compress_size, 1_000):
            _refuse_as_too_large(f"{part.filename[:100]} is packed more than {MAX_RATIO} times")


def check_part(archive: ZipFile, part: ZipInfo) -> None:
    """Refuse XML with too many marks, or in an encoding in which they are other bytes."""
    marks = of_row = 0
    is_sheet = part.filename.startswith(SHEET_FOLDER)
    with archive.open(part) as source:
        check_encoding(part, source.read(PIECE_BYTES))
        source.seek(0)
        while piece := source.read(PIECE_BYTES):
            marks += piece.count(b"<")
            of_row = count_row_marks(piece, of_row, is_sheet)
            if marks > MAX_MARKS:
                _refuse_as_too_large(f"{part.filename[:100]} has more than {MAX_MARKS:,} marks")


def check_encoding(part: ZipInfo, beginning: bytes) -> None:
    """Refuse what is not UTF-8 by its first bytes or by its own word."""
    beginning = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = ENCODING.match(beginning[:500])
    is_other = declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii")
    if is_other or not beginning.startswith(b"<"):
        name = part.filename[:100]
        raise FileRefusedError(f"A part of the workbook, {name}, is no XML in UTF-8.")


def count_row_marks(piece: bytes, of_row: int, is_sheet: bool) -> int:
    """The marks since the last row began; refuses a row that is too long to be held."""
    if not is_sheet:
        return 0
    first, *others = ROW_PATTERN.split(piece)
    counts = [of_row + first.count(b"<"), *(row.count(b"<") for row in others)]
    if max(counts) > MAX_MARKS_OF_ROW:
        raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")
    return counts[-1]


def _refuse_as_too_large(why: str) -> NoReturn:
    raise FileRefusedError(f"The workbook is too large to be read: {why}.")


def sheet_rows(file: IO[bytes], faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet as text; what is no text goes to `faults`."""
    workbook = load_workbook(file, read_only=True, keep_links=False)
    try:
        sheet = find_only_sheet(workbook)
        sheet.reset_dimensions()  # what the file says of them may be anything
        headers: list[str] = []
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            check_row_size(number, cells)
            last = max((at for at, cell in enumerate(cells, start=1) if is_filled(cell)), default=0)
            if last:
                line = [
                    sheet_cell_text(cell, number, headers, at, faults)
                    for at, cell in enumerate(cells)
                ]
                headers = headers or line[:last]
                blank = [""] * (len(headers) - len(line))
                yield number, (line + blank)[: max(last, len(headers))]
    finally:
        workbook.close()


def find_only_sheet(workbook: Workbook) -> ReadOnlyWorksheet:
    """The one sheet that holds records."""
    sheets = [sheet for sheet in workbook.worksheets if sheet.title != "About"]
    if len(sheets) != 1:
        titles = ", ".join(f"“{sheet.title}”" for sheet in sheets[:20]) or "none"
        raise FileRefusedError(f"One sheet is read, and there are: {titles}. Leave one.")
    return sheets[0]


def check_row_size(number: int, cells: tuple[Any, ...]) -> None:
    """Refuse a row that stands too low or is too wide."""
    if number > LAST_ROW:
        raise FileRefusedError(f"The file has more than {MAX_ROWS:,} rows: split it.")
    if len(cells) > MAX_COLUMNS:
        raise FileRefusedError(f"The file has more than {MAX_COLUMNS} columns.")


def is_filled(cell: ReadOnlyCell | EmptyCell) -> bool:
    """Whether anything stands in a cell."""
    return cell.value is not None and cell.value != ""


def sheet_cell_text(
    cell: ReadOnlyCell | EmptyCell, number: int, headers: list[str], at: int, faults: list[RowFault]
) -> str:
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
    return value.isoformat() if isinstance(value, date | time) else cell_text(value)


XLSX = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write_xlsx,
    schema={"type": "string", "format": "binary"},
    is_attachment=True,
    read=read_xlsx,
    holds=Bytes.ZIP,
)

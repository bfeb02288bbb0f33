"""The forms in which records leave: CSV, NDJSON, XLSX, GeoJSON and the YAML of the seeds.

Each writes the same records and the same keys in the same order, as bytes, piece by piece.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

import orjson
from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from apps.documents.serializers import RecordSerializer
from apps.formats import yaml_text as seed_form
from apps.formats.rows import Cell, Column, chosen, columns, guarded, text

CHUNK = 64 * 1024  # bytes that are gathered before they are sent
MAX_ROWS = 100_000  # of a workbook, which cannot be sent before it is whole
MAX_TEXT = 32_767  # characters in a spreadsheet's cell

Documents = Iterable[dict[str, Any]]
Names = Collection[str] | None


class Write(Protocol):
    """Writes parsed documents of one type, or of each only the keys `names`."""

    def __call__(
        self,
        serializer: RecordSerializer,
        documents: Documents,
        names: Names = None,
        raw: bool = False,
    ) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Format:
    """A form of answer: its name in `format=`, its media type and what writes it."""

    name: str
    media_type: str
    write: Write


def write_csv(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """RFC 4180 in UTF-8. `raw` leaves texts as they are that a spreadsheet would run."""
    shown = columns(serializer, names)
    writer = csv.writer(Echo())
    header = [column.header for column in shown]
    rows = ([in_csv(cell, raw) for cell in cells(shown, document)] for document in documents)
    return in_chunks(writer.writerow(row).encode() for row in chain([header], rows))


class Echo:
    """A file that hands back what it is given: the csv module writes only to files."""

    def write(self, line: str) -> str:
        return line


def cells(shown: list[Column], document: dict[str, Any]) -> Iterator[Cell]:
    """The row of a document."""
    return (column.cell(document[column.key]) for column in shown)


def in_csv(cell: Cell, raw: bool) -> str:
    """A cell as CSV holds it."""
    if not isinstance(cell, str):
        return text(cell)
    return cell if raw else guarded(cell)


def write_ndjson(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """One document a line."""
    keys = chosen(serializer, names)
    option = orjson.OPT_APPEND_NEWLINE
    return in_chunks(orjson.dumps(only(keys, document), option=option) for document in documents)


def only(keys: list[str], document: dict[str, Any]) -> dict[str, Any]:
    """The part of a document that is asked for."""
    return {key: document[key] for key in keys}


def write_yaml(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """The text of a seed file, which leaves out what is empty, usual or read-only."""
    keys = chosen(serializer, names)
    entries = (seed_form.entry(serializer, only(keys, document)) for document in documents)
    texts = (
        ("\n" if position else "") + seed_form.dump([entry])
        for position, entry in enumerate(entries)
    )
    return in_chunks(record.encode() for record in texts)


def write_geojson(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """RFC 7946: a FeatureCollection, with a null geometry where no place is known."""
    keys = [key for key in chosen(serializer, names) if key != "geometry"]
    coordinates = serializer.model.coordinates
    features = (
        (b",\n" if position else b"\n") + orjson.dumps(feature(keys, document, coordinates))
        for position, document in enumerate(documents)
    )
    head, tail = b'{"type":"FeatureCollection","features":[', b"\n]}\n"
    return in_chunks(chain([head], features, [tail]))


def feature(
    keys: list[str], document: dict[str, Any], coordinates: tuple[str, ...]
) -> dict[str, Any]:
    """A record on the map; its geometry and its id need not be among `keys`."""
    slug = document.get("slug")
    return {
        "type": "Feature",
        **({"id": slug} if slug else {}),
        "geometry": document.get("geometry") or point(document, coordinates),
        "properties": only(keys, document),
    }


def point(document: dict[str, Any], coordinates: tuple[str, ...]) -> dict[str, Any] | None:
    """Where a place lies, if its type has `coordinates`: longitude before latitude."""
    position = [document.get(name) for name in reversed(coordinates)]
    return None if not position or None in position else {"type": "Point", "coordinates": position}


def write_xlsx(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """A workbook: the table of CSV in typed cells, and a sheet that says what it is.

    Raises:
        ValueError: at once, when there are too many rows.
    """
    workbook = Workbook(write_only=True)
    with ExitStack() as open_files:
        file: IO[bytes] = open_files.enter_context(SpooledTemporaryFile(max_size=CHUNK))
        try:
            fill(workbook, serializer, documents, names)
        finally:
            workbook.save(file)  # whatever happened: it also removes openpyxl's temporary files
        open_files.pop_all()
    file.seek(0)
    return reading(file)


def fill(
    workbook: Any, serializer: RecordSerializer, documents: Documents, names: Names = None
) -> None:
    """Write both sheets of a workbook."""
    shown = columns(serializer, names)
    sheet = workbook.create_sheet(serializer.model.endpoint())
    sheet.freeze_panes = "A2"
    sheet.append([typed(sheet, column.header, bold=True) for column in shown])
    count, revision = 0, 0
    for count, document in enumerate(documents, start=1):
        if count > MAX_ROWS:
            raise ValueError(f"A workbook takes {MAX_ROWS:,} records at most; csv takes them all.")
        revision = max(revision, document.get("revision") or 0)
        sheet.append([typed(sheet, cell) for cell in cells(shown, document)])
    about = workbook.create_sheet("About")
    facts: list[tuple[str, Cell]] = [
        ("Title", settings.DATASET_TITLE),
        ("Records", str(serializer.model._meta.verbose_name_plural)),
        ("Licence", f"{settings.LICENCE} ({settings.LICENCE_URL})"),
        ("Revision", revision or None),
        ("Rows", count),
    ]
    for name, fact in facts:
        if fact is not None:
            about.append([typed(about, name, bold=True), typed(about, fact)])


def typed(sheet: Any, value: Cell, bold: bool = False) -> Any:
    """A value as the cell of a workbook: text is text, whatever it begins with."""
    if not isinstance(value, str) or not value:
        return None if value == "" else value
    if len(value) > MAX_TEXT:
        value = f"[{len(value):,} characters are too many for a cell; csv has them]"
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def reading(file: IO[bytes]) -> Iterator[bytes]:
    """A file in chunks; closed at its end."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces gathered into chunks, so that a long answer takes few writes and little memory."""
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


FORMATS = {
    form.name: form
    for form in (
        Format("csv", "text/csv; charset=utf-8", write_csv),
        Format("ndjson", "application/x-ndjson", write_ndjson),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
        ),
        Format("geojson", "application/geo+json", write_geojson),
        Format("yaml", "application/yaml", write_yaml),
    )
}

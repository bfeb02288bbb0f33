"""A document as one row of a table, and back: the cells of CSV and XLSX.

The columns follow from the type, not from the data, so that every table of a type has the same.
A list takes one cell, its entries joined by ` | `; a list of parts takes one column for each key
of the parts, all in the list's order. In such cells `\\|` and `\\\\` stand for `|` and `\\`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any, NamedTuple

import orjson
from rest_framework import serializers

from apps.core import dates
from apps.core.fields import EdtfField
from apps.core.holding import SHOWN_DAYS
from apps.documents.serializers import HELD_DAYS, GeometryField, RecordSerializer

ENTRY_SEPARATOR = " | "
ENTRY_PATTERN = re.compile(r"\|((?:[^\\|]|\\.?)*)", re.DOTALL)
FORMULA_PATTERN = re.compile(
    r"'*[=+\-@\t\r]"
)  # what a spreadsheet would take for a formula, perhaps behind '

# Where a citation stands: article#SECTION¶3 p. 12. In a section's name `¶` and the p of ` p.` are
# escaped too, so that the first ones that are not begin the paragraph and the page.
LOCATOR_KEYS = ("article", "section", "paragraph", "page")
SECTION_ESCAPES = re.compile(r"[\\|¶]|(?<= )p(?=\.)")
LOCATOR_PATTERN = re.compile(
    r"(?P<article>[^#¶]*?)(?:#(?P<section>(?:\\.|[^\\¶]|\\\Z)*?))?"
    r"(?:¶(?P<paragraph>.*?))?(?: p\. (?P<page>.*))?",
    re.DOTALL,
)

CellValue = str | int | float | None


class TableColumn(NamedTuple):
    """A column of a type's table: its header, the document's key that it shows, and how.

    A derived column says nothing that the one before it does not: reading a row passes it over.
    """

    header: str
    key: str
    cell: Callable[[Any], CellValue]
    is_derived: bool = False


def table_columns(
    serializer: RecordSerializer, names: Collection[str] | None = None
) -> list[TableColumn]:
    """The columns of a type's table, in the document's order; only those of the keys `names`."""
    return [
        column
        for key in selected_keys(serializer, names)
        for column in _key_columns(serializer, key, serializer.fields[key])
    ]


def selected_keys(serializer: RecordSerializer, names: Collection[str] | None) -> list[str]:
    """The document's keys in their order, or those of them that are in `names`."""
    keys: Iterable[str] = serializer.fields.keys()
    return [key for key in keys if names is None or key in names]


def select_keys(keys: list[str], document: dict[str, Any]) -> dict[str, Any]:
    """The part of a document that is asked for; an old one may lack a key of today."""
    return {key: document.get(key) for key in keys}


def document_cells(shown: list[TableColumn], document: dict[str, Any]) -> Iterator[CellValue]:
    """The row of a document; what an old one lacks is blank."""
    return (
        column.cell(document[column.key]) if column.key in document else None for column in shown
    )


def _key_columns(
    serializer: RecordSerializer, key: str, field: serializers.Field
) -> Iterator[TableColumn]:
    if isinstance(field, serializers.ListSerializer):
        yield from _part_columns(key, field)
    elif is_list_field(field):
        yield TableColumn(key, key, joined_cell)
    elif field.source == HELD_DAYS:
        for day in SHOWN_DAYS:
            yield TableColumn(f"{key}_{day}", key, partial(held_day, day), is_derived=True)
    else:
        yield TableColumn(key, key, scalar_cell)
        if is_date_key(serializer, key):
            for end in ("earliest", "latest"):
                yield TableColumn(f"{key}_{end}", key, partial(derived_day, end), is_derived=True)


def _part_columns(key: str, field: serializers.ListSerializer) -> Iterator[TableColumn]:
    shown: Iterable[str] = field.child.fields  # type: ignore[union-attr]
    if key == "citations":
        yield TableColumn(key, key, locators_cell)
        shown = [inner for inner in shown if inner not in LOCATOR_KEYS]
    for inner in shown:
        yield TableColumn(f"{key}.{inner}", key, partial(part_key_cell, inner))


def is_list_field(field: serializers.Field | None) -> bool:
    """Whether a serializer field holds words or slugs."""
    return isinstance(field, serializers.ListField | serializers.ManyRelatedField)


def is_date_key(serializer: RecordSerializer, key: str) -> bool:
    """Whether a key of the document holds an EDTF date."""
    return isinstance(serializer.model._meta.get_field(key), EdtfField)


def scalar_cell(value: CellValue | dict[str, Any] | list[Any]) -> CellValue:
    """A single value as it is; a geometry as its JSON text."""
    return cell_text(value) if isinstance(value, dict | list) else value


def derived_day(end: str, edtf: str | None) -> str | None:
    """The `earliest` or `latest` day of a date in ISO form; None where that end is open."""
    day = getattr(dates.parse_edtf(edtf), end) if edtf else None
    return None if day in (None, date.min, date.max) else day.isoformat()


def held_day(day: str, holds: dict[str, str | None] | None) -> str | None:
    """One of the days between which a record begins and ends to hold."""
    return holds[day] if holds else None


def joined_cell(values: list[Any]) -> str:
    """Words or slugs in one cell."""
    return ENTRY_SEPARATOR.join(escape_entry(cell_text(value)) for value in values)


def part_key_cell(key: str, parts: list[dict[str, Any]]) -> str:
    """One key of each of a list of parts in one cell."""
    return joined_cell([part[key] for part in parts])


def locators_cell(citations: list[dict[str, Any]]) -> str:
    """Where each of the citations stands, in one cell."""
    return ENTRY_SEPARATOR.join(citation_locator(citation) for citation in citations)


def citation_locator(citation: dict[str, Any]) -> str:
    """Where a citation stands: `article#SECTION¶3`, `article p. 12`; escaped for its cell."""
    place = escape_entry(cell_text(citation["article"]))
    if citation["section"] is not None:
        place += "#" + SECTION_ESCAPES.sub(r"\\\g<0>", citation["section"])
    if citation["paragraph"] is not None:
        place += f"¶{citation['paragraph']}"
    if citation["page"] is not None:
        place += f" p. {escape_entry(citation['page'])}"
    return place


def cell_text(value: object) -> str:
    """A value as the text of a cell: blank if not known, numbers without an exponent."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else str(value)


def escape_entry(entry: str) -> str:
    """An entry of a joined cell, so that no `|` of its own is taken for a separator."""
    return entry.replace("\\", "\\\\").replace("|", "\\|")


def unescape_entry(entry: str) -> str:
    """The text of an entry of a joined cell."""
    return re.sub(r"\\(.)", r"\1", entry, flags=re.DOTALL)


def split_cell(cell: str) -> list[str]:
    """The entries of a joined cell, still escaped."""
    pieces = ENTRY_PATTERN.findall(f"|{cell}")
    last = len(pieces) - 1
    return [
        piece[i > 0 and piece.startswith(" ") :].removesuffix(" " if i < last else "")
        for i, piece in enumerate(pieces)
    ]


def guard_against_formula(cell: str) -> str:
    """A text cell that no spreadsheet runs: with a `'` before what would begin a formula."""
    return f"'{cell}" if FORMULA_PATTERN.match(cell) else cell


def remove_formula_guard(cell: str) -> str:
    """A text cell without the `'` that `guard_against_formula` put before it."""
    return cell[1:] if cell.startswith("'") and FORMULA_PATTERN.match(cell) else cell


@cache
def derived_headers(kind: type[RecordSerializer]) -> frozenset[str]:
    """The headers of a type's table whose cells say nothing of their own."""
    return frozenset(column.header for column in table_columns(kind()) if column.is_derived)


def document_from_row(
    serializer: RecordSerializer, row: dict[str, str], raw: bool = False
) -> dict[str, Any]:
    """The document of one row, as seeds hold it: scalars are text, what is blank is left out.

    Derived and read-only columns are passed over. Columns that the type does not have become keys
    that its serializer refuses by name.

    Args:
        serializer: of the row's type.
        row: header to cell.
        raw: whether the cells were written without the `'` before formulas, as in XLSX.

    Raises:
        ValueError: the columns of one list of parts hold different numbers of entries.
    """
    derived = derived_headers(type(serializer))
    document: dict[str, Any] = {}
    lists: dict[str, dict[str, list[str]]] = {}
    for header, cell in row.items():
        name, _, key = header.partition(".")
        field = serializer.fields.get(name)
        if not cell or header in derived or getattr(field, "read_only", False):
            continue
        cell = cell if raw else remove_formula_guard(cell)
        if isinstance(field, serializers.ListSerializer):
            document[name] = lists.setdefault(name, {})
            lists[name][key] = split_cell(cell)
        else:
            document[header] = _value_from_cell(field if header == name else None, cell)
    return {
        **document,
        **{name: _parts_from_columns(name, columns) for name, columns in lists.items()},
    }


def _value_from_cell(field: serializers.Field | None, cell: str) -> Any:
    if is_list_field(field):
        return [unescape_entry(entry) for entry in split_cell(cell)]
    if isinstance(field, GeometryField):
        try:
            return orjson.loads(cell)
        except orjson.JSONDecodeError:
            return cell  # the serializer says what is wrong with it
    return cell


def _parts_from_columns(name: str, lists: dict[str, list[str]]) -> list[dict[str, str]]:
    if len({len(entries) for entries in lists.values()}) > 1:
        counts = ", ".join(
            f"{len(entries)} in {name}.{key}".rstrip(".") for key, entries in lists.items()
        )
        raise ValueError(f"The columns of {name} differ in their number of entries: {counts}.")
    return [
        _part_from_entries(name, dict(zip(lists, entries, strict=True)))
        for entries in zip(*lists.values(), strict=True)
    ]


def _part_from_entries(name: str, entries: dict[str, str]) -> dict[str, str]:
    place = LOCATOR_PATTERN.fullmatch(entries.pop("", "")) if name == "citations" else None
    entries_by_key = {**(place.groupdict("") if place else {}), **entries}
    return {key: unescape_entry(entry) for key, entry in entries_by_key.items() if entry}

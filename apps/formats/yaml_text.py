"""A document as seeds hold it, and the YAML text of it: what is empty or usual is left unsaid.

Seeds are read as text, whatever YAML would make of it, so nothing is quoted in them that need not
be. Answers are for any reader: what YAML 1.1 or 1.2 would take for something else is quoted.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import StringIO
from typing import Any, cast

import yaml
from rest_framework import serializers

from apps.core.fields import Qualifier
from apps.documents.serializers import DocumentSerializer, RecordSerializer
from apps.formats.format import UNKNOWN_ORIGIN, Documents, Format, Names, Origin
from apps.formats.rows import cell_text, select_keys, selected_keys

LINE_WIDTH = 100
SPACES_PATTERN = re.compile("( +)")
# Numbers in any base, with an exponent, with underscores or by sixties; days and times. A little
# more than any reader takes for such, since quotes do no harm.
NUMBER_LIKE = r"[-+]?[.]?[0-9][0-9a-fobtxz_.,:+ -]*|[-+]?[.](?:inf|nan)"
WORD_LIKE = "|".join(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"))
AMBIGUOUS_PATTERN = re.compile(f"{NUMBER_LIKE}|{WORD_LIKE}|", re.IGNORECASE)  # or nothing


class FlowList(list):
    """A list that is written on one line: positions of a geometry."""


class QuotedText(str):
    """A text that readers of YAML would take for a number, a day, a yes or no, or nothing."""

    __slots__ = ()


class SeedDumper(yaml.SafeDumper):
    """Writes what the loader reads back as the same text, unquoted wherever YAML allows it."""

    yaml_implicit_resolvers: dict[Any, Any] = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


SeedDumper.add_representer(
    FlowList,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True),
)


def write_yaml(
    serializer: RecordSerializer,
    documents: Documents,
    names: Names = None,
    raw: bool = False,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Iterator[bytes]:
    """A seed file for any reader of YAML; it leaves out what is empty, usual or read-only."""
    keys = selected_keys(serializer, names)
    entries = (
        seed_entry(serializer, select_keys(keys, document), is_for_any_reader=True)
        for document in documents
    )
    return (text.encode() for text in seed_texts(entries))


def seed_texts(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Entries, apart by an empty line; a list of none, since an empty text would be null."""
    is_empty = True
    for entry in entries:
        yield ("" if is_empty else "\n") + dump_yaml([entry])
        is_empty = False
    if is_empty:
        yield "[]\n"


def dump_yaml(records: list[dict[str, Any]]) -> str:
    """Seed text, records apart by an empty line.

    It is what PyYAML writes, to the byte. Lists, keys and plain texts, which is nearly all, are
    written here, in a fifth of the time; what needs quotes or is empty is left to PyYAML.
    """
    return "\n".join(render_list_entry(record, 0) for record in records)


def render_list_entry(value: object, indent: int) -> str:
    """An entry of a list."""
    pad = " " * indent
    if isinstance(value, FlowList):
        return f"{pad}- [{', '.join(value)}]\n"
    if isinstance(value, QuotedText):
        return f"{pad}- '{value}'\n"
    if isinstance(value, dict) and value:
        inner = "".join(render_pair(key, entry, indent + 2) for key, entry in value.items())
    elif isinstance(value, list) and value:
        inner = "".join(render_list_entry(entry, indent + 2) for entry in value)
    elif isinstance(value, str) and is_plain_scalar(value):
        return f"{pad}- {fold_lines(value, indent + 2, indent + 2)}\n"
    else:
        return render_by_pyyaml([value], indent)
    return f"{pad}- {inner[indent + 2 :]}"


def render_pair(key: str, value: object, indent: int) -> str:
    """A key with its value."""
    start = f"{' ' * indent}{key}:"
    if isinstance(value, QuotedText):
        return f"{start} '{value}'\n"
    if isinstance(value, str) and is_plain_scalar(value):
        return f"{start} {fold_lines(value, len(start) + 1, indent + 2)}\n"
    if isinstance(value, FlowList) or not value or not isinstance(value, dict | list):
        return render_by_pyyaml({key: value}, indent)
    if isinstance(value, dict):
        inner = "".join(render_pair(name, entry, indent + 2) for name, entry in value.items())
    else:
        inner = "".join(render_list_entry(entry, indent + 2) for entry in value)
    return f"{start}\n{inner}"


def fold_lines(text: str, column: int, indent: int) -> str:
    """A plain text that begins at a column; a line ends at the first space beyond the width."""
    if column + len(text) <= LINE_WIDTH:
        return text
    parts = []
    for part in SPACES_PATTERN.split(text):
        if part == " " and column > LINE_WIDTH:
            parts.append(f"\n{' ' * indent}")
            column = indent
        else:
            parts.append(part)
            column += len(part)
    return "".join(parts)


@lru_cache(maxsize=20_000)
def is_plain_scalar(text: str) -> bool:
    """Whether a text needs no quotes; words come again and again."""
    analysis = yaml.SafeDumper(StringIO(), allow_unicode=True).analyze_scalar(text)
    return bool(text and analysis.allow_block_plain)


def render_by_pyyaml(value: object, indent: int) -> str:
    """A list or a mapping as it stands at an indent."""
    above = indent // 2
    for _ in range(above):
        value = {"a": value}
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": LINE_WIDTH}
    text = yaml.dump(value, Dumper=SeedDumper, default_flow_style=False, **options)
    return "".join(text.splitlines(keepends=True)[above:])


def seed_entry(
    serializer: DocumentSerializer, document: dict[str, Any], is_for_any_reader: bool = False
) -> dict[str, Any]:
    """A document as a seed holds it: without read-only, empty and default values."""
    kept = {}
    for name, value in document.items():
        field = serializer.fields[name]
        if field.read_only or value in (None, [], "") or value == default_value(name, field):
            continue
        if isinstance(field, serializers.ListSerializer):
            child = cast(DocumentSerializer, field.child)
            value = [seed_entry(child, inner, is_for_any_reader) for inner in value]
        elif name == "geometry":
            value = {"type": value["type"], "coordinates": flow_coordinates(value["coordinates"])}
        elif is_for_any_reader:
            value = quote_ambiguous(value)
        kept[name] = scalar_as_text(value)
    return kept


def quote_ambiguous(value: Any) -> Any:
    """A text, or a list of texts, each marked to be quoted if it needs it; all else as it is."""
    if isinstance(value, list):
        return [quote_ambiguous(inner) for inner in value]
    is_ambiguous = isinstance(value, str) and AMBIGUOUS_PATTERN.fullmatch(value)
    return QuotedText(value) if is_ambiguous else value


def entry_for_any_reader(value: Any) -> Any:
    """A value of JSON as any reader of YAML reads it back: without what is empty, numbers plain."""
    if isinstance(value, dict):
        filled = {name: inner for name, inner in value.items() if inner not in (None, [], "")}
        return {name: entry_for_any_reader(inner) for name, inner in filled.items()}
    if isinstance(value, list):
        return [entry_for_any_reader(inner) for inner in value]
    return scalar_as_text(quote_ambiguous(value))


def default_value(name: str, field: serializers.Field) -> Any:
    """The value that a seed need not say."""
    if name.endswith("_qualifier"):
        return Qualifier.EXACT.value
    return None if field.default is serializers.empty else field.default


def flow_coordinates(coordinates: list[Any]) -> list[Any]:
    """Coordinates with each position on a line of its own."""
    if coordinates and not isinstance(coordinates[0], list):
        return FlowList(cell_text(number) for number in coordinates)
    return [flow_coordinates(inner) for inner in coordinates]


def scalar_as_text(value: object) -> object:
    """Numbers and booleans as text, so that YAML writes them as they are, without an exponent."""
    return cell_text(value) if isinstance(value, int | float) else value


YAML = Format(
    "yaml",
    "application/yaml",
    write_yaml,
    # The records as seeds hold them: without what is empty.
    schema={"title": "SeedFile", "type": "array", "items": {"type": "object"}},
)

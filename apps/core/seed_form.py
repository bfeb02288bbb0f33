"""A document as seeds hold it, and the YAML text of it: what is empty or usual is left unsaid."""

from functools import lru_cache
from io import StringIO
from typing import Any

import yaml
from rest_framework import serializers

from apps.core.fields import Qualifier
from apps.core.serializers import DocumentSerializer


class Flow(list):
    """A list that is written on one line: positions of a geometry."""


class SeedDumper(yaml.SafeDumper):
    """Writes what the loader reads back as the same text, unquoted wherever YAML allows it."""

    yaml_implicit_resolvers: dict[Any, Any] = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    # The three below give what PyYAML gives, in a little more than half of its time.

    def analyze_scalar(self, scalar: str) -> Any:
        return analysed(scalar)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        is_text = kind is yaml.ScalarNode  # all scalars are: no resolver tells them apart
        return "tag:yaml.org,2002:str" if is_text else super().resolve(kind, value, implicit)

    def write_plain(self, text: str, split: bool = True) -> None:
        fits = self.column + 1 + len(text) <= self.best_width
        if not text or not fits or self.root_context or "\n" in text:
            super().write_plain(text, split)
            return
        shown = text if self.whitespace else f" {text}"
        self.whitespace = self.indention = False
        self.column += len(shown)
        self.stream.write(shown)


@lru_cache(maxsize=20_000)
def analysed(scalar: str) -> Any:
    """In which styles a text can be written; keys and words come again and again."""
    return yaml.SafeDumper(StringIO(), allow_unicode=True).analyze_scalar(scalar)


SeedDumper.add_representer(
    Flow,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True),
)


def dump(records: list[dict[str, Any]]) -> str:
    """Seed text, records apart by an empty line."""
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 100}
    return "\n".join(
        yaml.dump([record], Dumper=SeedDumper, default_flow_style=False, **options)
        for record in records
    )


def entry(serializer: DocumentSerializer, document: dict[str, Any]) -> dict[str, Any]:
    """A document as a seed holds it: without read-only, empty and default values."""
    kept = {}
    for name, value in document.items():
        field = serializer.fields[name]
        if field.read_only or value in (None, [], "") or value == default(name, field):
            continue
        if isinstance(field, serializers.ListSerializer):
            value = [entry(field.child, inner) for inner in value]  # type: ignore[arg-type]
        elif name == "geometry":
            value = {"type": value["type"], "coordinates": flow(value["coordinates"])}
        kept[name] = as_scalar(value)
    return kept


def default(name: str, field: Any) -> Any:
    """The value that a seed need not say."""
    if name.endswith("_qualifier"):
        return Qualifier.EXACT.value
    return None if field.default is serializers.empty else field.default


def flow(coordinates: list[Any]) -> list[Any]:
    """Coordinates with each position on a line of its own."""
    if coordinates and not isinstance(coordinates[0], list):
        return Flow(str(number) for number in coordinates)
    return [flow(inner) for inner in coordinates]


def as_scalar(value: Any) -> Any:
    """Numbers and booleans as text, so that YAML writes them as they are."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value

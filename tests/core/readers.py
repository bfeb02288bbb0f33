"""How a reader's program takes the formats apart, and texts that are apt to break it."""

import csv
import io
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.formats.catalogue import WRITERS

HOSTILE = [
    *("=1+1", "a|b\\c", "-5", "'=x", "''=y", "+1", "@sum", "|", "\\", "\\|", "a | b", "a p. 3 ¶2"),
    *("Հայաստան", "Кавказ", "ქართული", 'say "so", twice', "#N/A", "'", "true", "007"),
]
HOSTILE_LINE = {"type": "LineString", "coordinates": [[-0.000001, 40.5], [49.0, 41.0]]}


def write_in_format(name: str, *args: Any, **options: Any) -> bytes:
    """A whole answer in one of the formats."""
    return b"".join(WRITERS[name](*args, **options))


def read_csv(body: bytes) -> list[dict[str, str]]:
    """The rows of a CSV, as the standard library reads them."""
    return list(csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True))


def document_as_texts(serializer: Any, document: dict[str, Any]) -> dict[str, Any]:
    """What a document says, as a row can say it: scalars as text, without what is empty."""
    texts: dict[str, Any] = {}
    for name, value in document.items():
        field = serializer.fields[name]
        if field.read_only or value in (None, []):
            continue
        if isinstance(field, serializers.ListSerializer):
            texts[name] = [document_as_texts(field.child, part) for part in value]
        else:
            texts[name] = scalar_as_text(value)
    return texts


def scalar_as_text(value: Any) -> Any:
    """A number or boolean as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{Decimal(str(value)):f}" if isinstance(value, int | float) else value

"""The OpenAPI schemas of values: each is as strict as what reads or stores the value.

A `title` marks a schema that has a name of its own in the description
(api/openapi/shared_components.py).
Patterns are written so that JavaScript, Python and Rust read them alike.
"""

from collections.abc import Iterable
from typing import Any

from apps.core.geometry import KINDS
from apps.core.models import SLUG as SLUG_PATTERN
from apps.core.models import Record
from apps.core.querysets import MAX_TEXT

Shape = dict[str, Any]

# No control character and nothing for private use; unassigned code points are refused, too.
REFUSED = r"\x00-\x1f\x7f-\x9f\ue000-\uf8ff"
YEAR = "(1[7-9][0-9]{2}|2[01][0-9]{2}|2200)"
MONTH = "(0[1-9]|1[0-2])"
DAY = f"{YEAR}(-({MONTH}(-(0[1-9]|[12][0-9]|3[01]))?|2[1-4]))?[?~%]?"
CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"


# Of the columns that hold whole numbers, as PostgreSQL has them; SQLite has one for all.
WIDTHS = {"Small": 2**15 - 1, "Big": 2**63 - 1, "Integer": 2**31 - 1}


def plain(without: str = "") -> str:
    """The pattern of text that is not blank."""
    refused = f"{without}{REFUSED}"
    return rf"^[^{refused}]*[^\s{refused}][^{refused}]*$"


TEXT = {"title": "Text", "type": "string", "maxLength": MAX_TEXT, "pattern": plain()}
ENTRY = {**TEXT, "title": "TextInList", "pattern": plain(",")}  # of a list with commas between
SLUG = {
    "title": "Slug",
    "type": "string",
    "maxLength": Record._meta.get_field("slug").max_length,
    "pattern": f"^{SLUG_PATTERN}$",
    "example": "south-caucasus-corridor",
}
DATE = {
    "title": "Date",
    "type": "string",
    "maxLength": 32,
    "pattern": rf"^({DAY}|{DAY}/({DAY}|\.\.)|\.\./{DAY})$",
    "example": "2025-02",
}
DAY_OR_TIME = {
    "title": "DayOrTime",
    "type": "string",
    "pattern": rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(T{CLOCK})?$",
    "example": "2026-01-31",
}
BOX = {
    "type": "array",
    "items": {"type": "number", "minimum": -180, "maximum": 180},
    "minItems": 4,
    "maxItems": 4,
    "example": [44, 38, 52, 42],
}
LINE = {
    "title": "Line",
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": list(KINDS)},
        "coordinates": {"type": "array", "items": {"type": "array", "items": {}}},
    },
}
CURSOR = {"type": "string", "pattern": "^([*]|[A-Za-z0-9_:.=-]+)$", "example": "*"}


def whole(kind: str, schema: Shape) -> Shape:
    """The bounds of an integer column, alike on every database: the narrowest holds."""
    greatest = WIDTHS[next(width for width in WIDTHS if width in kind)]
    found = {"minimum": -greatest - 1, "maximum": greatest, **schema}
    return {
        "minimum": max(found["minimum"], -greatest - 1),
        "maximum": min(found["maximum"], greatest),
    }


def number(greatest: int, whole: bool = False, least: int | None = None) -> Shape:
    """A number within the bounds of its reader."""
    lower = -greatest if least is None else least
    return {"type": "integer" if whole else "number", "minimum": lower, "maximum": greatest}


def word(words: Iterable[Any]) -> Shape:
    """A word of a closed vocabulary."""
    return {"type": "string", "enum": [str(one) for one in words]}


def names(pattern: str, most: int | None = None) -> Shape:
    """Names with commas between, each as `pattern` says, at most so many."""
    more = f"{{0,{most - 1}}}" if most else "*"
    return {"type": "string", "pattern": f"^{pattern}(,{pattern}){more}$"}


def one_of(words: Iterable[str]) -> str:
    """The pattern of any of `words`."""
    return f"({'|'.join(word.replace('.', '[.]') for word in words)})"

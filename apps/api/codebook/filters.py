"""The filters of a type, described: each with the query parameters that are its look-ups."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from apps.api.codebook.vocabularies import Entry, of_words
from apps.documents.serializers import serializer_class

# What the schemas of parameters (api/query/values.py) call the kinds of strings.
STRINGS = {"Slug": "slug", "Date": "date", "date-time": "time", "DayOrTime": "time"}
# How many values a parameter takes.
HOW_MANY = {
    "one": "one value",
    "repeat": "one value; repeat the parameter for OR",
    "comma": "values with commas between, for OR",
    "pair": "two values with a comma between: from, to",
}


def of_schema(schema: Entry) -> Entry:
    """What the values of a parameter are, and within which bounds."""
    kind = schema["type"]
    if "enum" in schema:
        kind = "word"
    elif kind == "string":
        kind = STRINGS.get(schema.get("title") or schema.get("format", ""), "text")
    elif kind == "array":
        kind = f"{schema['items']['type']}s"
    bounds: Entry = {key: schema[key] for key in ("minimum", "maximum") if key in schema}
    return {"type": kind, **bounds}


def field_of(name: str, one: Any, known: Iterable[str]) -> str | None:
    """The document's key that a filter asks for; None for a question of the domain."""
    steps = name.split("__")
    if one.part:
        return ".".join(steps[:2])
    return steps[0] if steps[0] in known else None


def stem_of(name: str, filters: Any) -> str:
    """The parameter of which this one is a look-up: `signed_on` of `signed_on__gte`; or itself."""
    stem, one = name.rpartition("__")[0], filters[name]
    other = filters.get(stem)
    is_lookup = other is not None and (other.part, other.through) == (one.part, one.through)
    return stem if is_lookup else name


def of_parameter(name: str, one: Any) -> Entry:
    """One query parameter of a filter: how many values it takes, and which."""
    return {"name": name, "values": one.many, **of_schema(one.schema)}


@cache
def of_filters(filterset: Any) -> list[Entry]:
    """Every filter of a type: what it asks, and the query parameters that ask it."""
    known = serializer_class(filterset._meta.model).Meta.fields
    filters = filterset.base_filters
    groups: dict[str, list[str]] = {}
    for name in sorted(name for name, one in filters.items() if not one.exclude):
        groups.setdefault(stem_of(name, filters), []).append(name)
    return [
        {
            "name": stem,
            "field": field_of(stem, filters[stem], known),
            "description": str(filters[stem].extra.get("help_text", "")),
            **of_words(filters[stem].schema),
            "negatable": all(f"{name}__not" in filters for name in names),
            "parameters": [of_parameter(name, filters[name]) for name in names],
        }
        for stem, names in groups.items()
    ]

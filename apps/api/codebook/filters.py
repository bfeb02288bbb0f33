"""The filters of a type, described: each with the query parameters that are its look-ups."""

from collections.abc import Iterable, Mapping
from functools import cache

from apps.api.codebook.vocabularies import CodebookEntry, describe_words
from apps.api.query.conditions import Condition
from apps.api.query.filters import RecordFilterSet
from apps.documents.serializers import serializer_class

# What the schemas of parameters (api/query/values.py) call the kinds of strings.
TYPE_OF_STRING = {"Slug": "slug", "Date": "date", "date-time": "time", "DayOrTime": "time"}
# How many values a parameter takes.
WAYS_TO_GIVE_VALUES = {
    "one": "one value",
    "repeat": "one value; repeat the parameter for OR",
    "comma": "values with commas between, for OR",
    "all": "values with commas between, for AND",
    "pair": "two values with a comma between: from, to",
}


def describe_values(schema: CodebookEntry) -> CodebookEntry:
    """What the values of a parameter are, and within which bounds."""
    kind = schema["type"]
    if "enum" in schema:
        kind = "word"
    elif kind == "string":
        kind = TYPE_OF_STRING.get(schema.get("title") or schema.get("format", ""), "text")
    elif kind == "array":
        kind = f"{schema['items']['type']}s"
    bounds: CodebookEntry = {key: schema[key] for key in ("minimum", "maximum") if key in schema}
    return {"type": kind, **bounds}


def filtered_field(name: str, condition: Condition, known: Iterable[str]) -> str | None:
    """The document's key that a filter asks for; None for a question of the domain."""
    steps = name.split("__")
    if condition.part:
        return ".".join(steps[:2])
    return steps[0] if steps[0] in known else None


def base_parameter(name: str, filters: Mapping[str, Condition]) -> str:
    """The parameter of which this one is a look-up: `signed_on` of `signed_on__gte`; or itself."""
    stem, condition = name.rpartition("__")[0], filters[name]
    other = filters.get(stem)
    is_lookup = other is not None and (other.part, other.through) == (
        condition.part,
        condition.through,
    )
    return stem if is_lookup else name


def describe_parameter(name: str, condition: Condition) -> CodebookEntry:
    """One query parameter of a filter: how many values it takes, and which."""
    ways = "all" if condition.wants_all else condition.many
    return {"name": name, "values": ways, **describe_values(condition.schema)}


@cache
def describe_filters(filterset: type[RecordFilterSet]) -> list[CodebookEntry]:
    """Every filter of a type: what it asks, and the query parameters that ask it."""
    known = serializer_class(filterset._meta.model).Meta.fields
    filters = filterset.base_filters
    groups: dict[str, list[str]] = {}
    for name in sorted(name for name, condition in filters.items() if not condition.exclude):
        groups.setdefault(base_parameter(name, filters), []).append(name)
    return [
        {
            "name": stem,
            "field": filtered_field(stem, filters[stem], known),
            "description": str(filters[stem].extra.get("help_text", "")),
            **describe_words(filters[stem].schema),
            "negatable": all(f"{name}__not" in filters for name in names),
            "parameters": [describe_parameter(name, filters[name]) for name in names],
        }
        for stem, names in groups.items()
    ]

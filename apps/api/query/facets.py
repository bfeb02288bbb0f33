"""Facets: how many of the records of a list have which values, over all its pages."""

from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from apps.api.http.problems import ParameterError
from apps.api.query.grouping import (
    GROUP_VALUE_SCHEMA,
    GroupedRow,
    Grouping,
    GroupKey,
    group_sort_key,
    grouping_name_errors,
    grouping_parameter,
    groupings_by_name,
    rows_with_group,
    without_joins,
)
from apps.api.query.values import split_names
from apps.core.models import Record

MAX_FACETS = 5
MAX_VALUES = 100  # of one facet
FACETS_SCHEMA = {
    "title": "Facets",
    "type": "object",
    "description": "What `facet` asks for, counted over all records that match.",
    "additionalProperties": {
        "type": "array",
        "items": {
            "title": "FacetValue",
            "type": "object",
            "required": ["value", "count"],
            "properties": {
                "value": GROUP_VALUE_SCHEMA,
                "count": {"type": "integer", "description": "Records that have it."},
                "n_imprecise": {
                    "type": "integer",
                    "description": "Of those without a year: records with a date in several.",
                },
            },
        },
    },
}
TRUNCATED_FACETS_SCHEMA = {
    "type": "array",
    "items": {"type": "string"},
    "description": f"Facets with more than {MAX_VALUES} values, of which these are the commonest.",
}


class Facets:
    """The facets that a list's query asks for."""

    parameters = ("facet",)

    def __init__(self, model: type[Record], params: QueryDict) -> None:
        self.known = groupings_by_name(model)
        self.names = list(dict.fromkeys(split_names(params.get("facet", ""))))

    def parameter_errors(self, form: str) -> Iterator[ParameterError]:
        """What is wrong with the names; and an answer in another `form` has no place for them."""
        yield from grouping_name_errors("facet", self.names, self.known, MAX_FACETS)
        if self.names and form != "json":
            yield ParameterError("facet", "Only json answers hold facets.")

    def count_facets(self, records: QuerySet) -> dict[str, Any]:
        """What the envelope of a list says of all its records; nothing if nothing was asked."""
        if not self.names:
            return {}
        records = without_joins(records)
        values_by_name = {
            name: count_facet_values(records, self.known[name]) for name in self.names
        }
        cut = [name for name, values in values_by_name.items() if len(values) > MAX_VALUES]
        more = {"facets_truncated": cut} if cut else {}
        return {
            "facets": {name: values_by_name[name][:MAX_VALUES] for name in values_by_name},
            **more,
        }


def count_facet_values(records: QuerySet, group: Grouping) -> list[GroupedRow]:
    """The values of one facet, falling by count; one more than are shown, if there are more."""
    numbers: Counter[GroupKey] = Counter()
    imprecise = 0
    for key, row, is_imprecise in rows_with_group(records, [group], {}):
        numbers[key] += row["n_records"]
        imprecise += row["n_records"] * is_imprecise
    # Sorted here: databases differ in how they order text.
    first = nsmallest(MAX_VALUES + 1, numbers, key=lambda key: (-numbers[key], group_sort_key(key)))
    vague = {"n_imprecise": imprecise} if imprecise else {}
    return [
        {"value": value, "count": numbers[(value,)], **(vague if value is None else {})}
        for (value,) in first
    ]


def facet_parameter(model: type[Record]) -> dict[str, Any]:
    """The parameter `facet`, for OpenAPI."""
    text = (
        f"Count all records that match by these, comma-separated, at most {MAX_FACETS}: keys with"
        " words, yes or no, or references; those of a list's entries; years of dates."
    )
    return grouping_parameter("facet", model, text, MAX_FACETS)

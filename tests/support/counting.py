"""What tests of facets and aggregates share: the documents, counted and added in plain Python."""

import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

from apps.core import dates
from tests.support.seeding import documents_by_address

PlainDocument = dict[str, Any]
INEXACT_QUALIFIERS = {"about", "at_least", "at_most", "estimated"}
ROLES_ON_THE_WAY = {"member", "origin", "transit", "destination"}


def all_documents() -> dict[str, list[PlainDocument]]:
    """Every public document by endpoint, its numbers as they are written."""
    documents: dict[str, list[PlainDocument]] = defaultdict(list)
    for address, text in documents_by_address().items():
        documents[address.partition("/")[0]].append(json.loads(text, parse_float=Decimal))
    return documents


def grouping_values(
    document: PlainDocument, name: str, everything: dict[str, list[PlainDocument]]
) -> tuple[list[Any], bool]:
    """Under which values a document counts by `name`, and whether a date is too vague for one."""
    if name in ("country", "countries") and ("stops" in document or "domains" in document):
        return sorted(derived_countries(document, everything)) or [None], False
    if name.endswith("_year"):
        return certain_year(document, name.removesuffix("_year"))
    key, _, inner = name.partition(".")
    value = document[key]
    if isinstance(value, list):
        entries = [entry[inner] for entry in value] if inner else value
    else:
        entries = [value]
    if names_a_place(document, name):
        around = {place["slug"]: place["part_of"] for place in everything["places"]}
        entries = [larger for entry in entries for larger in chain_of_places(entry, around)]
    return list(dict.fromkeys(entries)) or [None], False


def names_a_place(document: PlainDocument, name: str) -> bool:
    """Whether a document counts by the places around those that it names, too."""
    is_place = "latitude" in document
    return name in ("places", "stops.place", "signed_in") or (is_place and name == "part_of")


def chain_of_places(place: str | None, around: dict[str, str | None]) -> list[str | None]:
    """A place, and those around it."""
    larger = around.get(place) if place else None
    return [place, *(chain_of_places(larger, around) if larger else [])]


def certain_year(document: PlainDocument, start: str) -> tuple[list[Any], bool]:
    """The one year in which a date lies."""
    text = document.get(f"{start}_on", document.get(start))
    if text is None:
        return [None], False
    first, last = (day.year for day in dates.parse_edtf(text))
    return ([first], False) if first == last else ([None], True)


def derived_countries(
    document: PlainDocument, everything: dict[str, list[PlainDocument]]
) -> set[str]:
    """The countries of a corridor's stops, and of the states that it leads through; of places."""
    around = {place["slug"]: place["part_of"] for place in everything["places"]}
    own = {place["slug"]: place["country"] for place in everything["places"]}
    places = {
        slug: next((own[p] for p in chain_of_places(slug, around) if p and own[p]), None)
        for slug in own
    }
    if "stops" not in document:
        return {code for place in document["places"] if (code := places[place])}
    states = {
        actor["slug"]: actor["country"]
        for actor in everything["actors"]
        if actor["kind"] == "state"
    }
    countries = {places[stop["place"]] for stop in document["stops"]}
    countries |= {
        states.get(participant["actor"])
        for participant in document["participants"]
        if participant["role"] in ROLES_ON_THE_WAY
    }
    return {code for code in countries if code}


def group_documents(
    chosen: list[PlainDocument], names: list[str], everything: dict[str, list[PlainDocument]]
) -> dict[tuple, tuple[list[PlainDocument], int]]:
    """Documents by the values of `names`, with how many of each group are there for vagueness."""
    groups: dict[tuple, list[PlainDocument]] = defaultdict(list)
    vague: dict[tuple, int] = defaultdict(int)
    for document in chosen:
        groupings = [grouping_values(document, name, everything) for name in names]
        for key in product(*(values for values, _ in groupings)):
            if not is_torn(document, names, key, everything):
                groups[key].append(document)
                vague[key] += any(is_vague for _, is_vague in groupings)
    return {key: (groups[key], vague[key]) for key in sorted(groups, key=nulls_last_key)}


def is_torn(
    document: PlainDocument, names: list[str], key: tuple, everything: dict[str, Any]
) -> bool:
    """Whether values that belong to one list stand together in no entry of it."""
    asked: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in zip(names, key, strict=True):
        part, dot, inner = name.partition(".")
        if dot and document[part]:
            asked[part][inner] = value

    def has(entry: PlainDocument, part: str, inner: str, value: Any) -> bool:
        return value in grouping_values({part: [entry]}, f"{part}.{inner}", everything)[0]

    return any(
        not any(
            all(has(entry, part, inner, value) for inner, value in wanted.items())
            for entry in document[part]
        )
        for part, wanted in asked.items()
    )


def nulls_last_key(key: tuple) -> list[tuple[bool, Any]]:
    """How groups are sorted."""
    return [(value is None, 0 if value is None else value) for value in key]


def expected_metric(chosen: list[PlainDocument], name: str) -> PlainDocument:
    """One metric of some documents."""
    function, _, field = name.partition(":")
    if function == "count":
        return {"value": len(chosen), "n": len(chosen), "n_missing": 0, "n_inexact": 0}
    having = [document for document in chosen if document[field] is not None]
    numbers = [Decimal(document[field]) for document in having]
    by_name: dict[str, Callable[[list[Decimal]], Decimal]] = {
        "sum": lambda values: sum(values, Decimal(0)),
        "min": min,
        "max": max,
        "mean": lambda values: round(sum(values, Decimal(0)) / len(values), 6),
    }
    unit = {"value_amount": "value_currency", "capacity_value": "capacity_unit"}.get(field, "")
    unit = "share_of" if field == "share_percent" else unit
    units = {document[unit] for document in having} if unit else set()
    assert len(units) < 2
    return {
        "value": by_name[function](numbers) if numbers else None,
        "n": len(numbers),
        "n_missing": len(chosen) - len(numbers),
        "n_inexact": sum(is_inexact(document, field) for document in having),
        **({"unit": units.pop()} if units else {}),
    }


def is_inexact(document: PlainDocument, field: str) -> bool:
    """Whether a number of a document is rough, or a range."""
    qualifier = document.get(f"{field.removesuffix('_amount')}_qualifier")
    return qualifier in INEXACT_QUALIFIERS or document.get(f"{field}_max") is not None


def make_exact_record(factory: Any, **values: Any) -> Any:
    """A record whose numbers are exact unless it is said how they are to be read."""
    columns = {column.name for column in factory._meta.model._meta.fields}
    for name in list(values):
        qualifier = f"{name.removesuffix('_amount')}_qualifier"
        if qualifier in columns and values[name] is not None:
            values.setdefault(qualifier, "exact")
    return factory(**values)


def read_groups(api: Any, path: str) -> list[tuple]:
    """Each group's values, and its metrics' values."""
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    groups = json.loads(answer.content, parse_float=Decimal)["groups"]
    return [
        (*group["group"].values(), *(metric["value"] for metric in group["metrics"].values()))
        for group in groups
    ]


def parameter_refusals(response: Any) -> list[tuple[str, str]]:
    """What a query is refused for: parameter and detail."""
    assert response.status_code == 400
    return [(error["parameter"], error["detail"]) for error in response.json()["errors"]]

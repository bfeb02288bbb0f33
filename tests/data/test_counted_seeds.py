"""Facets and aggregates of the curated data, against the documents counted in plain Python."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction

from apps.api.query.aggregates import metric_names, quantities_by_name
from apps.api.query.grouping import YearGrouping, groupings_by_name
from apps.core.models import record_models
from caucasus.api.root import router
from tests.support.counting import all_documents, expected_metric, group_documents, nulls_last_key
from tests.support.seeding import load_curated_data

# One group: the seeds are loaded once, by whichever process runs these tests.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("counted"),
    pytest.mark.any_database(
        "what the seeds say; how they are asked for is asked on both engines elsewhere"
    ),
]

GROUPING_NAMES = [
    (endpoint, name)
    for endpoint, model in record_models().items()
    for name in groupings_by_name(model)
]
FILTER_SETS = {name: viewset.filterset_class for name, viewset, _ in router.registry}
QUERIES = {
    "agreements": ["", "party=azerbaijan", "parties__role=mediator", "topic=energy&q=gas"],
    "arms-transfers": ["", "recipient=armenia", "ordered_on__gte=2010", "part_of__isnull=false"],
    "corridors": ["", "country=AZ", "stops__is_prospective=true"],
}
CASES = [(name, query) for name in record_models() for query in QUERIES.get(name, [""])]


@pytest.fixture(scope="module")
def curated(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, list]]:
    """The documents of the seeds, loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_curated_data()
        yield all_documents()
        transaction.set_rollback(True)


def matching_documents(api, curated, endpoint: str, query: str) -> list[dict]:
    """The documents that a list's filters leave."""
    answer = api.get(f"/api/v1/{endpoint}/?{query}&format=ndjson&fields=slug")
    slugs = {json.loads(line)["slug"] for line in b"".join(answer.streaming_content).splitlines()}
    return [document for document in curated[endpoint] if document["slug"] in slugs]


def ask_aggregate(api, endpoint: str, query: str) -> dict:
    """The answer to an aggregation, its numbers as they are written."""
    answer = api.get(f"/api/v1/{endpoint}/aggregate/?{query}")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content, parse_float=Decimal)


def expected_facet(chosen: list[dict], name: str, curated) -> list[dict]:
    """A facet as plain Python counts it."""
    counts = []
    for (value,), (documents, vague) in group_documents(chosen, [name], curated).items():
        more = {"n_imprecise": vague} if vague else {}
        counts.append({"value": value, "count": len(documents), **more})
    counts.sort(key=lambda entry: (-entry["count"], nulls_last_key((entry["value"],))))
    return counts[:100]


def expected_groups(chosen: list[dict], model: Any, names: list[str], curated, asked) -> list[dict]:
    """The groups as plain Python makes them."""
    groups = group_documents(chosen, names, curated)
    has_years = any(isinstance(groupings_by_name(model)[name], YearGrouping) for name in names)
    return [
        {
            "group": dict(zip(names, key, strict=True)),
            **({"n_imprecise": vague} if has_years else {}),
            "metrics": {name: expected_metric(documents, name) for name in asked},
        }
        for key, (documents, vague) in groups.items()
    ]


def unmixed_metrics(model: Any, chosen: list[dict]) -> list[str]:
    """The metrics of which `chosen` hold no two units."""
    mixed = {
        name
        for name, quantity in quantities_by_name(model).items()
        if quantity.unit and len({d[quantity.unit] for d in chosen if d[name] is not None}) > 1
    }
    return [name for name in metric_names(model) if name.partition(":")[2] not in mixed]


@pytest.mark.parametrize(("endpoint", "name"), GROUPING_NAMES)
def test_a_facet_counts_what_the_documents_hold(api, curated, endpoint, name):
    for query in QUERIES.get(endpoint, [""]):
        chosen = matching_documents(api, curated, endpoint, query)
        answer = api.get(f"/api/v1/{endpoint}/?page_size=1&facet={name}&{query}").json()
        assert answer["facets"] == {name: expected_facet(chosen, name, curated)}, query


@pytest.mark.parametrize(("endpoint", "name"), GROUPING_NAMES)
def test_a_value_counts_the_records_that_its_filter_finds(api, curated, endpoint, name):
    renamed = {"topics": "topic", "disputed_fields": "disputed_field"}.get(name, name)
    parameter = renamed.replace(".", "__")
    if parameter not in FILTER_SETS[endpoint].base_filters:
        assert name.endswith("_year")
        return
    # Of fewer records fewer are parts of others, so that more of the wholes stand in their list.
    everything = FILTER_SETS[endpoint].query_for_everything()
    answer = api.get(f"/api/v1/{endpoint}/", {"facet": name, **everything}).json()
    counts = answer["facets"][name]
    known = [entry for entry in counts if entry["value"] is not None]
    for entry in known[:3] + known[-2:]:
        value = str(entry["value"]).lower() if isinstance(entry["value"], bool) else entry["value"]
        query = {parameter: value, "page_size": 1, "count": "exact", **everything}
        response = api.get(f"/api/v1/{endpoint}/", query)
        assert response.json()["count"] == entry["count"], entry


@pytest.mark.parametrize(("endpoint", "query"), CASES)
def test_groups_hold_what_the_documents_hold(api, curated, endpoint, query):
    model = record_models()[endpoint]
    chosen = matching_documents(api, curated, endpoint, query)
    asked = unmixed_metrics(model, chosen)
    names = list(groupings_by_name(model))
    pairs = [list(pair) for pair in combinations(names, 2)]
    threes = [names[n : n + 5 : 2] for n in range(len(names))]
    for turn, by in enumerate([[], *([name] for name in names), *pairs[::5], *threes]):
        shown = [asked[(turn + n) % len(asked)] for n in range(min(10, len(asked)))]
        path = f"{query}&metric={','.join(shown)}" + (f"&group_by={','.join(by)}" if by else "")
        answer = ask_aggregate(api, endpoint, path)
        wanted = expected_groups(chosen, model, by, curated, shown)
        if not by and not wanted:
            wanted = [{"group": {}, "metrics": {name: expected_metric([], name) for name in shown}}]
        assert answer["groups"] == wanted, (by, shown)
        assert answer["count"] == len(chosen)
        assert answer["overlapping"] == any(groupings_by_name(model)[name].is_many for name in by)


def test_money_of_the_seeds_is_added_by_currency(api, curated):
    answer = ask_aggregate(api, "agreements", "metric=sum:value_amount&group_by=value_currency")
    for group in answer["groups"]:
        currency = group["group"]["value_currency"]
        amounts = [
            Decimal(agreement["value_amount"])
            for agreement in curated["agreements"]
            if agreement["value_currency"] == currency and agreement["value_amount"] is not None
        ]
        assert group["metrics"]["sum:value_amount"]["value"] == (sum(amounts) or None)
        assert group["metrics"]["sum:value_amount"].get("unit") == currency

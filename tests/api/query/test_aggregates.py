"""Aggregates: exact, honest about what they rest on, and never of a whole and its parts."""

import json
import random
from decimal import Decimal

import pytest

from apps.core.models import Record
from apps.documents.revisions import open_revision
from tests.support.counting import make_exact_record, parameter_refusals, read_groups
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

TRANSFERS = "/api/v1/arms-transfers/aggregate/"
AGREEMENTS = "/api/v1/agreements/aggregate/"
CORRIDORS = "/api/v1/corridors/aggregate/"


def only_metric(api, path: str, name: str) -> dict:
    """One metric of the only group."""
    answer = api.get(f"{path}?metric={name}")
    (group,) = json.loads(answer.content, parse_float=Decimal)["groups"]
    return group["metrics"][name]


def test_what_was_delivered_by_supplier_and_year_of_order(api):
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    for supplier, date, number in [
        (sorland, "2024", 5),
        (norland, "2024-02?", 7),
        (norland, "2024-03-01", 1),
        (norland, "2023", 2),
        (norland, None, 4),
        (norland, "2011/2020", 8),
    ]:
        make_exact_record(
            ArmsTransferFactory,
            supplier=supplier,
            ordered_on=date,
            number_delivered=number,
            delivered_on=None,
        )
    path = f"{TRANSFERS}?group_by=supplier,ordered_year&metric=count,sum:number_delivered"
    assert read_groups(api, path) == [
        ("norland", 2023, 1, 2),
        ("norland", 2024, 2, 8),
        ("norland", None, 2, 12),
        ("sorland", 2024, 1, 5),
    ]
    answer = api.get(path).json()
    assert [group["n_imprecise"] for group in answer["groups"]] == [0, 0, 1, 0]
    assert (answer["count"], answer["overlapping"]) == (6, False)
    assert read_groups(api, f"{path}&ordered_on__gte=2024") == [
        ("norland", 2024, 2, 8),
        ("sorland", 2024, 1, 5),
    ]


def test_a_part_is_never_added_to_its_whole(api):
    whole = make_exact_record(ArmsTransferFactory, is_aggregate=True, number_delivered=100)
    part = make_exact_record(
        ArmsTransferFactory, is_aggregate=True, part_of=whole, number_delivered=30
    )
    make_exact_record(ArmsTransferFactory, part_of=part, number_delivered=10)
    make_exact_record(ArmsTransferFactory, part_of=part, number_delivered=15)
    make_exact_record(
        ArmsTransferFactory, is_aggregate=True, number_delivered=1000
    )  # its lines are not recorded, so that nothing of it is counted twice
    answer = api.get(f"{TRANSFERS}?metric=sum:number_delivered").json()
    assert answer["groups"][0]["metrics"]["sum:number_delivered"]["value"] == 1025
    assert (answer["count"], answer["excluded_aggregates"]) == (3, 2)
    assert answer["left_out"] == {"aggregates": 2, "how": {"aggregates": "is_aggregate=true"}}


def test_a_whole_is_known_by_its_lines_even_if_it_is_not_marked(api):
    whole = make_exact_record(ArmsTransferFactory, number_delivered=100)
    make_exact_record(ArmsTransferFactory, part_of=whole, number_delivered=60)
    draft = make_exact_record(ArmsTransferFactory, number_delivered=7)
    ArmsTransferFactory(part_of=draft, publication=Record.Publication.DRAFT)
    answer = api.get(f"{TRANSFERS}?metric=sum:number_delivered").json()
    assert answer["groups"][0]["metrics"]["sum:number_delivered"]["value"] == 67
    assert (answer["count"], answer["excluded_aggregates"]) == (2, 1)


@pytest.mark.parametrize(
    ("query", "count", "excluded"),
    [
        ("", 3, 1),
        ("is_aggregate=true", 2, 1),
        ("is_aggregate__in=true,false", 3, 1),
        ("is_aggregate=false", 1, 0),
        ("part_of__isnull=true", 3, 0),
        ("status=in_service", 0, 0),
    ],
)
def test_the_aggregates_left_out_are_those_of_which_a_part_meets_the_filters(
    api, query, count, excluded
):
    ArmsTransferFactory(is_aggregate=True)
    whole = ArmsTransferFactory(is_aggregate=True)
    ArmsTransferFactory(is_aggregate=True, part_of=whole)
    ArmsTransferFactory(status="cancelled")
    answer = api.get(f"{TRANSFERS}?{query}").json()
    assert (answer["count"], answer["excluded_aggregates"]) == (count, excluded)
    assert answer["groups"][0]["metrics"]["count"]["value"] == count


def test_each_number_says_what_it_rests_on(api):
    for number, more in [
        (10, {}),
        (20, {"number_delivered_qualifier": "at_least"}),
        (30, {"number_delivered_max": 40}),
        (None, {}),
    ]:
        make_exact_record(ArmsTransferFactory, number_delivered=number, **more)
    counts = {"n": 3, "n_missing": 1, "n_inexact": 2}
    assert only_metric(api, TRANSFERS, "sum:number_delivered") == {"value": 60, **counts}
    assert only_metric(api, TRANSFERS, "min:number_delivered") == {"value": 10, **counts}
    assert only_metric(api, TRANSFERS, "max:number_delivered") == {"value": 30, **counts}
    assert only_metric(api, TRANSFERS, "mean:number_delivered") == {"value": 20, **counts}


@pytest.mark.parametrize("qualifier", ["about", "at_least", "at_most", "estimated", "exact"])
def test_whatever_is_not_exact_is_inexact(api, qualifier):
    make_exact_record(
        AgreementFactory, value_amount=5, value_currency="USD", value_qualifier=qualifier
    )
    make_exact_record(CorridorFactory, length_km=5, length_km_qualifier=qualifier)
    rough = int(qualifier != "exact")
    assert only_metric(api, AGREEMENTS, "sum:value_amount")["n_inexact"] == rough
    assert only_metric(api, CORRIDORS, "sum:length_km")["n_inexact"] == rough


def test_what_nobody_knows_is_null_and_not_nought(api):
    ArmsTransferFactory()
    nothing = {"value": None, "n": 0, "n_missing": 1, "n_inexact": 0}
    for function in ("sum", "min", "max", "mean"):
        assert only_metric(api, TRANSFERS, f"{function}:number_ordered") == nothing
    make_exact_record(ArmsTransferFactory, number_ordered=0)
    assert only_metric(api, TRANSFERS, "sum:number_ordered")["value"] == 0


def test_without_groups_there_is_one_even_of_nothing(api):
    assert read_groups(api, f"{TRANSFERS}?metric=count,sum:number_ordered") == [(0, None)]
    assert read_groups(api, f"{TRANSFERS}?group_by=supplier") == []


def test_sums_are_exact_on_every_engine(api):
    """In floats, 0.1 ten times is not 1, and a sum of large amounts ends in other digits."""
    chance = random.Random(3)
    amounts = [Decimal("0.10")] * 10 + [Decimal("9999999999999.99"), Decimal("0.01")] * 7
    amounts += [Decimal(chance.randrange(10**15)) / 100 for _ in range(20)]
    for amount in amounts:
        make_exact_record(AgreementFactory, value_amount=amount, value_currency="AMD")
    metric = only_metric(api, AGREEMENTS, "sum:value_amount")
    assert (metric["value"], metric["n"], metric["unit"]) == (sum(amounts), len(amounts), "AMD")
    mean = only_metric(api, AGREEMENTS, "mean:value_amount")["value"]
    assert mean == round(sum(amounts) / len(amounts), 6)
    assert only_metric(api, AGREEMENTS, "max:value_amount")["value"] == max(amounts)


def test_a_sum_has_more_digits_than_a_float(api):
    for _ in range(11):
        make_exact_record(
            AgreementFactory, value_amount=Decimal("9999999999999.99"), value_currency="AMD"
        )
    content = api.get(f"{AGREEMENTS}?metric=sum:value_amount").content
    assert b'"value":109999999999999.89,' in content


def test_sums_of_two_currencies_are_refused_with_what_would_be_right(api):
    make_exact_record(AgreementFactory, value_amount=5, value_currency="USD", kind="treaty")
    make_exact_record(AgreementFactory, value_amount=7, value_currency="EUR", kind="charter")
    for function in ("sum", "min", "max", "mean"):
        response = api.get(f"{AGREEMENTS}?metric=count,{function}:value_amount&group_by=kind")
        ((name, detail),) = parameter_refusals(response)
        right = "Write group_by=value_currency or value_currency=EUR."
        assert name == "metric"
        assert detail == f"Mixed currencies in value_amount: EUR, USD. {right}"
    (error,) = response.json()["errors"]
    assert error["suggestions"] == ["group_by=value_currency", "value_currency=EUR"]
    for right, groups in [
        ("group_by=value_currency", [("EUR", 7), ("USD", 5)]),
        ("value_currency=EUR", [(7,)]),
        ("kind=treaty", [(5,)]),
    ]:
        assert read_groups(api, f"{AGREEMENTS}?metric=sum:value_amount&{right}") == groups


def test_capacities_in_two_units_are_refused(api):
    make_exact_record(CorridorFactory, capacity_value=5, capacity_unit="bcm_per_year")
    make_exact_record(CorridorFactory, capacity_value=7, capacity_unit="mw")
    path = f"{CORRIDORS}?metric=sum:capacity_value"
    ((name, detail),) = parameter_refusals(api.get(path))
    assert name == "metric"
    assert detail.startswith("Mixed units in capacity_value: bcm_per_year, mw.")
    assert read_groups(api, f"{path}&group_by=capacity_unit") == [("bcm_per_year", 5), ("mw", 7)]
    assert read_groups(api, f"{path}&capacity_unit=mw") == [(7,)]


def test_shares_are_not_added_and_not_compared_across_wholes(api):
    make_exact_record(ArmsTransferFactory, share_percent=94, share_of="Imports of Norland")
    make_exact_record(ArmsTransferFactory, share_percent=40, share_of="Imports of Norland")
    assert parameter_refusals(api.get(f"{TRANSFERS}?metric=sum:share_percent")) == [
        ("metric", "Shares are not added: no sum of share_percent.")
    ]
    assert only_metric(api, TRANSFERS, "mean:share_percent")["value"] == 67
    make_exact_record(ArmsTransferFactory, share_percent=1, share_of="Exports of Sorland")
    ((_, detail),) = parameter_refusals(api.get(f"{TRANSFERS}?metric=max:share_percent"))
    assert detail.startswith("Mixed units in share_percent: Exports of Sorland, Imports of Norland")


def test_a_record_of_several_values_counts_in_each_group_once(api):
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    parties = [{"actor": norland}, {"actor": sorland}, {"actor": norland, "role": "mediator"}]
    AgreementFactory(parties=parties, duration_years=10)
    AgreementFactory(parties=[{"actor": norland}], duration_years=10)
    path = f"{AGREEMENTS}?metric=count,sum:duration_years&group_by=parties.actor"
    assert read_groups(api, path) == [("norland", 2, 20), ("sorland", 1, 10)]
    answer = api.get(path).json()
    assert (answer["overlapping"], answer["count"]) == (True, 2)
    assert read_groups(api, f"{path},parties.role") == [
        ("norland", "mediator", 1, 10),
        ("norland", "party", 2, 20),
        ("sorland", "party", 1, 10),
    ]


def test_a_record_that_two_values_of_a_filter_find_is_counted_once(api):
    here, there = PlaceFactory(slug="here"), PlaceFactory(slug="there")
    make_exact_record(ExerciseFactory, places=[here, there], personnel_total=900)
    path = "/api/v1/exercises/aggregate/?places=here&places=there"
    answer = api.get(f"{path}&metric=count,sum:personnel_total").json()
    values = {name: metric["value"] for name, metric in answer["groups"][0]["metrics"].items()}
    assert (answer["count"], values) == (1, {"count": 1, "sum:personnel_total": 900})


def test_drafts_and_retracted_records_are_never_counted(api, endpoint, make):
    before = read_groups(api, f"/api/v1/{endpoint}/aggregate/?certainty=disputed")
    make(certainty="disputed", publication=Record.Publication.DRAFT)
    retracted = make(certainty="disputed")
    with open_revision(reason="Wrong", origin="admin") as opened:
        retracted.publication = Record.Publication.RETRACTED
        retracted.save()
        opened.touch(retracted)
    assert read_groups(api, f"/api/v1/{endpoint}/aggregate/?certainty=disputed") == before == [(0,)]
    make(certainty="disputed")
    assert read_groups(api, f"/api/v1/{endpoint}/aggregate/?certainty=disputed") == [(1,)]

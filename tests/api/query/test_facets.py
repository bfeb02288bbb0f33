"""Facets: counted over all records that match, and over what readers may see alone."""

import pytest

from apps.api.query.grouping import Surrounded, groupings_by_name
from apps.core.models import Record, record_models
from apps.documents.revisions import open_revision
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

FACET_NAMES = [
    (endpoint, name)
    for endpoint, model in record_models().items()
    for name in groupings_by_name(model)
]


def read_facet(api, path: str, name: str) -> list[dict]:
    return api.get(f"/api/v1/{path}facet={name}").json()["facets"][name]


def test_a_filter_on_a_list_hides_none_of_its_other_entries(api):
    there, elsewhere = PlaceFactory(slug="there"), PlaceFactory(slug="elsewhere")
    ExerciseFactory(places=[there, elsewhere])
    ExerciseFactory(places=[elsewhere])
    assert read_facet(api, "exercises/?places=there&", "places") == [
        {"value": "elsewhere", "count": 1},
        {"value": "there", "count": 1},
    ]


def test_a_record_counts_once_under_each_value_and_under_null_if_it_has_none(api):
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    parties = [{"actor": norland}, {"actor": sorland}, {"actor": norland, "role": "mediator"}]
    AgreementFactory(parties=parties, topics=["energy", "trade"])
    AgreementFactory(parties=[{"actor": norland}], topics=["energy"])
    AgreementFactory(parties=[], topics=[])
    assert read_facet(api, "agreements/?", "parties.actor") == [
        {"value": "norland", "count": 2},
        {"value": "sorland", "count": 1},
        {"value": None, "count": 1},
    ]
    assert read_facet(api, "agreements/?", "topics") == [
        {"value": "energy", "count": 2},
        {"value": "trade", "count": 1},
        {"value": None, "count": 1},
    ]


def test_drafts_and_retracted_records_are_never_counted(api, endpoint, make):
    make(certainty="alleged")
    make(certainty="disputed", publication=Record.Publication.DRAFT)
    retracted = make(certainty="disputed")
    with open_revision(reason="Wrong", origin="admin") as opened:
        retracted.publication = Record.Publication.RETRACTED
        retracted.save()
        opened.touch(retracted)
    values = {entry["value"] for entry in read_facet(api, f"{endpoint}/?", "certainty")}
    assert "alleged" in values
    assert "disputed" not in values


def test_a_date_counts_for_a_year_only_if_all_its_days_lie_in_it(api):
    for date in (
        "2024-05-03",
        "2024",
        "2024-21?",
        "2024-11/2025-02",
        "2015-01/..",
        "../1991",
        None,
    ):
        AgreementFactory(signed_on=date, expires_on=None)
    assert read_facet(api, "agreements/?", "signed_year") == [
        {"value": None, "count": 4, "n_imprecise": 3},
        {"value": 2024, "count": 3},
    ]


def test_aggregates_are_left_out_as_in_the_list(api):
    whole = ArmsTransferFactory(is_aggregate=True, weapon_category="mixed")
    ArmsTransferFactory(part_of=whole)
    assert read_facet(api, "arms-transfers/?", "weapon_category") == [
        {"value": "aircraft", "count": 1}
    ]
    assert read_facet(api, "arms-transfers/?is_aggregate=true&", "weapon_category") == [
        {"value": "mixed", "count": 1}
    ]


def test_values_beyond_the_hundredth_are_left_out_and_it_is_said(api, monkeypatch):
    monkeypatch.setattr("apps.api.query.facets.MAX_VALUES", 2)
    for kind in ("treaty", "treaty", "charter", "ceasefire"):
        AgreementFactory(kind=kind)
    answer = api.get("/api/v1/agreements/?facet=kind,status").json()
    values = [(entry["value"], entry["count"]) for entry in answer["facets"]["kind"]]
    assert values == [("treaty", 2), ("ceasefire", 1)]
    assert answer["facets_truncated"] == ["kind"]
    assert "facets_truncated" not in api.get("/api/v1/agreements/?facet=status").json()


def test_facets_stand_on_every_page_in_the_order_asked_for(api):
    for _ in range(3):
        AgreementFactory()
    for paging in ("page_size=2", "cursor=*&page_size=2"):
        first = api.get(f"/api/v1/agreements/?facet=status,kind&{paging}").json()
        second = api.get(first["next"]).json()
        assert list(first["facets"]) == ["status", "kind"]
        assert first["facets"] == second["facets"]
        assert list(first)[-1] == "results"
    assert "facets" not in api.get("/api/v1/agreements/").json()


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("facet=statsu", "There is no “statsu” to count by. Did you mean “status”?"),
        ("facet=parties", "There is no “parties” to count by."),
        ("facet=status,,kind", "There is no “” to count by."),
        ("facet=a,b,c,d,e,f", "At most 5 names."),
        ("facet=", "A parameter has a value."),
        ("facet=kind&facet=status", "This parameter stands once."),
        ("facet=kind&format=csv", "Only json answers hold facets."),
        ("facet=kind&format=ndjson&page=1", "Only json answers hold facets."),
    ],
)
def test_what_is_no_facet_is_refused(api, query, detail):
    response = api.get(f"/api/v1/agreements/?{query}")
    assert response.status_code == 400
    errors = response.json()["errors"]
    assert {error["parameter"] for error in errors} == {"facet"}
    assert detail in errors[0]["detail"]
    if errors[0].get("code") == "unknown":
        assert errors[0]["allowed"] == list(groupings_by_name(record_models()["agreements"]))


def test_a_form_asked_for_by_accept_has_no_facets_either(api):
    response = api.get("/api/v1/agreements/?facet=kind", headers={"accept": "text/csv"})
    assert response.status_code == 400


def test_a_detail_takes_no_facet(api):
    record = AgreementFactory()
    assert api.get(f"/api/v1/agreements/{record.slug}/?facet=kind").status_code == 400


@pytest.mark.parametrize(("endpoint", "name"), FACET_NAMES)
def test_a_facet_costs_one_query(api, queries, endpoint, name):
    with queries() as counted:
        assert api.get(f"/api/v1/{endpoint}/?facet={name}").status_code == 200
    grouping = groupings_by_name(record_models()[endpoint])[name]
    by_two_ways = isinstance(grouping, Surrounded)
    has_wholes = endpoint == "arms-transfers"
    assert len(counted) == 3 + 1 + by_two_ways + has_wholes


def test_a_client_that_holds_the_facets_is_told_so(api, queries):
    AgreementFactory()
    tag = api.get("/api/v1/agreements/?facet=kind")["ETag"]
    assert tag.startswith("W/")
    with queries() as counted:
        again = api.get("/api/v1/agreements/?facet=kind", headers={"if-none-match": tag})
    assert (again.status_code, len(counted)) == (304, 1)
    assert api.get("/api/v1/agreements/?facet=status")["ETag"] != tag

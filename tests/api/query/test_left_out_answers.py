"""Where answers say what they leave out: lists, pages, exports, aggregates; and what it costs."""

import json

import pytest
from django.http import HttpResponse

from apps.api.answers.exports import with_left_out
from apps.api.query.left_out import left_out_in_words
from apps.formats.catalogue import WRITERS
from tests.support.counting import parameter_refusals
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.exercises.factories import ExerciseFactory

pytestmark = pytest.mark.django_db

LEFT_OUT = {"unknown": {"region": 2}, "how": {"unknown": {"region": "also=unknown.region"}}}
EUROPEANS = "/api/v1/actors/?kind=media&region=europe"


@pytest.fixture
def media() -> None:
    """Three media of Europe, one of Central Asia, and two of which it is not known."""
    for region in ("europe", "europe", "europe", "central_asia", None, None):
        ActorFactory(kind="media", region=region)


@pytest.mark.usefixtures("media")
def test_a_list_says_it_before_its_results_and_only_if_there_is_something(api):
    answer = api.get(EUROPEANS).json()
    assert list(answer) == ["count", "next", "previous", "left_out", "results"]
    assert answer["left_out"] == LEFT_OUT
    assert "left_out" not in api.get(f"{EUROPEANS}&region__isnull=false").json()
    assert "left_out" not in api.get("/api/v1/actors/?kind=media").json()


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("form", sorted(WRITERS.keys() - {"geojson"}))  # actors are on no map
def test_other_forms_say_it_in_a_header(api, form):
    for query in (EUROPEANS, f"{EUROPEANS}&page_size=1"):
        response = api.get(f"{query}&format={form}")
        assert b"".join(response)
        assert json.loads(response["Left-Out"]) == LEFT_OUT
        assert " " not in response["Left-Out"]
    everything = api.get(f"/api/v1/actors/?kind=media&format={form}")
    assert b"".join(everything)
    assert "Left-Out" not in everything


def test_a_header_that_is_too_long_for_servers_says_only_how_many():
    unknown = {f"a_field_of_some_length.number_{number}": number for number in range(1, 50)}
    how = {"unknown": {name: f"also=unknown.{name}" for name in unknown}}
    response = with_left_out(HttpResponse(), {"unknown": unknown, "how": how})
    assert len(response["Left-Out"]) < 2_500
    assert json.loads(response["Left-Out"]) == {"unknown": unknown, "how": {}}


def test_people_read_it_in_words():
    left_out = {
        "aggregates": 2,
        "unknown": {"region": 1234, "end_user.region": 1},
        "several": 3,
        "how": {
            "aggregates": "is_aggregate__in=true,false",
            "unknown": {"region": "also=unknown.region", "end_user.region": "also=unknown"},
            "several": "also=unknown,undated",
        },
    }
    assert left_out_in_words(left_out).split("; ") == [
        "2 of which a part is answered (add is_aggregate__in=true,false)",
        "3 of which more than one thing is not known (add also=unknown,undated)",
        "1,234 of which region is not known (add also=unknown.region)",
        "1 of which end_user.region is not known (add also=unknown)",
    ]
    cut = left_out_in_words({"undated": 9, "truncated": True, "how": {"undated": "also=undated"}})
    assert (
        cut == "9 or more with a date that is not known, or not closely enough (add also=undated)"
    )
    assert left_out_in_words({}) == ""


@pytest.mark.usefixtures("media")
def test_facets_and_aggregates_say_it_too(api):
    assert api.get(f"{EUROPEANS}&facet=kind").json()["left_out"] == LEFT_OUT
    path = "/api/v1/actors/aggregate/?kind=media&region=europe&group_by=kind"
    assert api.get(path).json()["left_out"] == LEFT_OUT
    assert json.loads(api.get(f"{path}&format=csv")["Left-Out"]) == LEFT_OUT
    assert "left_out" not in api.get("/api/v1/actors/aggregate/?kind=media").json()


@pytest.mark.usefixtures("media")
def test_it_goes_with_the_count(api):
    """Not with `count=none`; and of a cursor's pages the first says it for all."""
    assert "left_out" not in api.get(f"{EUROPEANS}&count=none").json()
    assert "Left-Out" not in api.get(f"{EUROPEANS}&count=none&format=csv")
    first = api.get(f"{EUROPEANS}&cursor=*&page_size=2").json()
    second = api.get(first["next"]).json()
    assert first["left_out"] == LEFT_OUT
    assert (len(second["results"]), "left_out" in second) == (1, False)
    pages = [api.get(f"{EUROPEANS}&page_size=2&page={page}").json() for page in (1, 2)]
    assert [page["left_out"] for page in pages] == [LEFT_OUT, LEFT_OUT]


@pytest.mark.usefixtures("media")
def test_the_count_is_bounded_unless_it_is_to_be_exact(api, monkeypatch):
    monkeypatch.setattr("apps.api.query.pagination.RecordPagination.max_depth", 1)
    query = EUROPEANS.replace("region=", "region__not=")
    cut = api.get(f"{query}&page_size=1").json()["left_out"]
    assert (cut["unknown"], cut["truncated"]) == ({"region": 2}, True)  # more than one
    assert api.get(f"{query}&page_size=1&count=exact").json()["left_out"] == LEFT_OUT


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("kind=media", 0),  # of nothing that it asks for could anything be unknown
        ("name__icontains=a&kind__not=state", 0),
        ("region=europe", 1),
        ("region=europe&country=DE&parent__isnull=true&founded_on__gte=1990&topic=energy", 1),
        ("region=europe&also=unknown.region", 0),
        ("region=europe&count=none", 0),
    ],
)
def test_it_costs_one_query_and_that_only_if_something_may_be_unknown(api, queries, query, more):
    usual = 2 if "count=none" in query else 3  # the revision, the documents, the count
    with queries() as counted:
        assert api.get(f"/api/v1/actors/?{query}").status_code == 200
    assert len(counted) == usual + more


@pytest.mark.usefixtures("media")
def test_a_client_that_holds_the_answer_is_told_so_without_counting(api, queries):
    first = api.get(EUROPEANS)
    with queries() as counted:
        again = api.get(EUROPEANS, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, len(counted)) == (304, 1)


def test_what_several_things_keep_out_is_counted_apart(api):
    for region, country in (("europe", "DE"), (None, "DE"), ("europe", None), (None, None)):
        ActorFactory(kind="media", region=region, country=country)
    ActorFactory(kind="media", region="central_asia", country=None)  # certainly not
    path = "/api/v1/actors/?kind=media&region=europe&country=DE"
    left_out = api.get(path).json()["left_out"]
    assert left_out.pop("how")["several"] == "also=unknown.region,unknown.country"
    assert left_out == {"unknown": {"region": 1, "country": 1}, "several": 1}
    assert api.get(f"{path}&also=unknown").json()["count"] == 4


def test_two_filters_of_one_field_leave_a_record_out_once(api):
    AgreementFactory(signed_on=None)
    path = "/api/v1/agreements/?signed_on__gte=2020&signed_on__lte=2024"
    assert api.get(path).json()["left_out"] == {"undated": 1, "how": {"undated": "also=undated"}}


@pytest.mark.parametrize(
    ("also", "detail"),
    [
        ("undatd", "Nothing is left out as “undatd” here. Did you mean “undated”?"),
        ("unknown.colour", "Nothing is left out as “unknown.colour” here."),
        ("undated,", "Nothing is left out as “” here."),
        ("no_geometry", "Nothing is left out as “no_geometry” here."),
        ("", "A parameter has a value."),
    ],
)
def test_a_reason_that_there_is_not_is_refused(api, also, detail):
    for path in ("/api/v1/actors/", "/api/v1/actors/aggregate/"):
        ((name, text),) = parameter_refusals(api.get(f"{path}?also={also}"))
        assert name == "also"
        assert text.startswith(detail)


def test_an_aggregate_stays_unless_a_part_of_it_is_answered(api):
    turkey, azerbaijan = ActorFactory(slug="turkey"), ActorFactory(slug="azerbaijan")
    sides = {"supplier": turkey, "recipient": azerbaijan}
    ArmsTransferFactory(slug="sum-without-parts", is_aggregate=True, **sides)
    whole = ArmsTransferFactory(slug="sum", is_aggregate=True, status="delivered", **sides)
    ArmsTransferFactory(slug="line", part_of=whole, **sides)
    for query, slugs, left in (
        ("supplier=turkey&recipient=azerbaijan", ["line", "sum-without-parts"], 1),
        ("supplier=turkey&is_aggregate__in=true,false", ["line", "sum", "sum-without-parts"], 0),
        ("status=delivered", ["sum"], 0),
        ("part_of=sum", ["line"], 0),
    ):
        answer = api.get(f"/api/v1/arms-transfers/?{query}").json()
        assert [record["slug"] for record in answer["results"]] == slugs
        assert answer.get("left_out", {}).get("aggregates", 0) == left
        if left:
            how = answer["left_out"]["how"]["aggregates"]
            more = api.get(f"/api/v1/arms-transfers/?{query}&{how}").json()
            assert more["count"] == answer["count"] + left


def test_what_is_hidden_is_counted_nowhere(api):
    ExerciseFactory(publication="draft")
    ExerciseFactory(participants=[{"actor": ActorFactory(slug="norland")}])
    whole = ArmsTransferFactory(is_aggregate=True)
    ArmsTransferFactory(part_of=whole, publication="draft")
    assert "left_out" not in api.get("/api/v1/exercises/?without=norland").json()
    assert "left_out" not in api.get("/api/v1/arms-transfers/").json()

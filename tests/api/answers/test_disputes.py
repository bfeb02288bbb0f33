"""Disputes as rows, over all types."""

import csv
import io

import openpyxl
import orjson
import pytest
import yaml

from apps.core.models import record_models
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import retract_record
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/disputes/"
SAYS = ("value", "stance", "article", "section", "paragraph", "page", "note")


def rows_of(api, **asked):
    """The rows of an answer in NDJSON."""
    response = api.get(PATH, {"format": "ndjson", **asked})
    assert response.status_code == 200
    return [orjson.loads(line) for line in b"".join(response).splitlines()]


def keys_of(rows):
    """Of which record and field each row is."""
    return [(row["type"], row["slug"], row["field"]) for row in rows]


@pytest.fixture
def disputed():
    """A transfer of which one article says 60, another 40, and a third denies the status."""
    for slug, publisher in (("first", "Gazette"), ("second", "Herald"), ("third", "Gazette")):
        ArticleFactory(slug=slug, publisher=publisher)
    first, second, third = (ArticleFactory._meta.model.objects.get(slug=s) for s in SLUGS)
    return ArmsTransferFactory(
        slug="tanks",
        number_ordered=60,
        number_ordered_qualifier="exact",
        status="ordered",
        citations=[
            {"article": first, "field": "number_ordered"},
            {"article": second, "field": "number_ordered", "value": "40", "stance": "estimates"},
            {"article": third, "field": "status", "stance": "denies"},
            {"article": third, "field": "supplier"},
        ],
    )


SLUGS = ("first", "second", "third")


def test_each_disputed_field_is_a_row_with_every_value_and_who_says_it(api, disputed):
    status, number = sorted(rows_of(api), key=lambda row: row["field"], reverse=True)
    assert (number["type"], number["slug"], number["field"]) == (
        *("arms-transfers", "tanks", "number_ordered"),
    )
    assert number["value"] == "60"
    said = [(s["value"], s["stance"], s["article"], s["publisher"]) for s in number["statements"]]
    assert said == [
        ("60", "states", "first", "Gazette"),
        ("40", "estimates", "second", "Herald"),
    ]
    assert (status["field"], status["value"]) == ("status", "ordered")
    assert [(s["value"], s["stance"]) for s in status["statements"]] == [(None, "denies")]


def test_the_rows_are_the_disputed_fields_of_all_public_records(api):
    load_curated_data()
    expected = [
        (endpoint, document["slug"], field)
        for endpoint, model in record_models().items()
        for text in model.objects.published().order_by("slug").values_list("document", flat=True)
        for document in [orjson.loads(text)]
        for field in sorted(document["disputed_fields"])
    ]
    assert len(expected) > 20
    assert keys_of(rows_of(api)) == expected
    page = api.get(PATH, {"page": 2, "page_size": 7}).json()
    assert (keys_of(page["results"]), page["count"]) == (expected[7:14], len(expected))


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({}, ["number_ordered", "status"]),
        ({"article": "second"}, ["number_ordered"]),
        ({"article": ["first", "third"]}, ["number_ordered", "status"]),
        ({"publisher": "Herald"}, ["number_ordered"]),
        ({"field": "status"}, ["status"]),
        ({"slug": "tanks", "type": "arms-transfers"}, ["number_ordered", "status"]),
        ({"slug": "first"}, []),  # an article, of which nothing is disputed
        ({"type": "actors"}, []),
    ],
)
def test_a_row_is_found_by_who_has_a_say_in_it_and_shows_all(api, disputed, asked, fields):
    rows = rows_of(api, **asked)
    assert [row["field"] for row in rows] == fields
    assert [len(row["statements"]) for row in rows] == [
        {"number_ordered": 2, "status": 1}[field] for field in fields
    ]


def test_every_form_has_the_same_rows(api, disputed):
    expected = keys_of(rows_of(api))
    says = "60 (states) first | 40 (estimates) second"
    table = [*csv.DictReader(io.StringIO(b"".join(api.get(PATH, {"format": "csv"})).decode()))]
    assert keys_of(table) == expected
    assert table[0]["statements"] == says
    entries = yaml.safe_load(b"".join(api.get(PATH, {"format": "yaml"})))
    assert keys_of(entries) == expected
    assert entries[0]["value"] == "60"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(api.get(PATH, {"format": "xlsx"}))))
    headers, *cells = book["disputes"].values
    assert keys_of([dict(zip(headers, row, strict=True)) for row in cells]) == expected
    assert cells[0][-1] == says


def test_what_is_withdrawn_is_disputed_no_more_and_was_before(api, disputed):
    before = api.get("/api/v1/").json()["revision"]
    retract_record(disputed)
    assert rows_of(api) == []
    assert len(rows_of(api, revision=before)) == 2


def test_a_draft_disputes_nothing(api):
    second = ArticleFactory(slug="second")
    ActorFactory(
        publication="draft",
        citations=[{"article": second, "field": "name", "value": "Nordland"}],
    )
    assert rows_of(api) == []


def test_a_wrong_query_is_refused(api):
    asked = {"field": "colour", "artcle": "x", "format": "geojson", "revision": "9"}
    reasons = problem_reasons(api.get(PATH, asked))
    assert sorted(reasons) == ["artcle", "field", "format", "revision"]


def test_however_many_rows_there_are_a_page_takes_as_many_queries(api, queries):
    load_curated_data()
    types = {row["type"] for row in rows_of(api)}
    for size in (1, 500):
        with queries() as counted:
            api.get(PATH, {"page_size": size})
        assert len(counted) <= 1 + len(record_models()) + 3 * len(types)

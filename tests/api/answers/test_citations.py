"""Citations as rows, over all types."""

import csv
import io

import openpyxl
import orjson
import pytest
import yaml

from apps.core.models import record_models
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record, retract_record
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/citations/"
KEYS = ("field", "value", "stance", "article", "section", "paragraph", "page", "note")


def expected_rows(fits=lambda row: True):
    """The same out of the stored documents."""
    documents = {}
    for endpoint, model in record_models().items():
        texts = model.objects.published().order_by("slug").values_list("document", flat=True)
        documents[endpoint] = [*map(orjson.loads, texts)]
    articles = {article["slug"]: article for article in documents["articles"]}
    rows = [
        {
            "type": endpoint,
            "slug": document["slug"],
            **{key: citation[key] for key in KEYS},
            "publisher": articles[citation["article"]]["publisher"],
            "published_on": articles[citation["article"]]["published_on"],
        }
        for endpoint, some in documents.items()
        for document in some
        for citation in document["citations"]
    ]
    return [row for row in rows if fits(row)]


def lines_of(api, **asked):
    """The rows of an answer in NDJSON."""
    response = api.get(PATH, {"format": "ndjson", **asked})
    return [orjson.loads(line) for line in b"".join(response).splitlines()]


def test_every_citation_of_every_public_record_is_a_row(api):
    load_curated_data()
    expected = expected_rows()
    assert len(expected) > 1_000
    assert lines_of(api) == expected
    page = api.get(PATH, {"page": 3, "page_size": 7}).json()
    assert page["results"] == expected[14:21]
    assert page["count"] == len(expected)
    assert page["next"].endswith("page=4&page_size=7") or "page=4" in page["next"]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"type": ["exercises", "places"]}, lambda row: row["type"] in ("exercises", "places")),
        ({"stance": "estimates"}, lambda row: row["stance"] == "estimates"),
        ({"field": "status", "type": "corridors"}, lambda row: row["field"] == "status"),
        ({"differs": "true"}, lambda row: row["value"] is not None),
        (
            {"article": "fazl-e-haider-arms-race"},
            lambda row: row["article"] == "fazl-e-haider-arms-race",
        ),
        (
            {"publisher": "Central Asia-Caucasus Analyst"},
            lambda row: row["publisher"] == "Central Asia-Caucasus Analyst",
        ),
    ],
)
def test_filters_are_met_by_the_row(api, asked, fits):
    load_curated_data()
    rows = lines_of(api, **asked)
    types = asked.get("type", [*record_models()])
    assert rows == expected_rows(lambda row: fits(row) and row["type"] in types)
    assert rows


def test_a_table_has_a_column_for_each_key_and_runs_no_formula(api):
    actor = ActorFactory(slug="norland")
    citation = actor.citations.first()
    citation.note = "=1+1"
    citation.save()
    text = b"".join(api.get(PATH, {"format": "csv", "type": "actors"})).decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert [*row] == ["type", "slug", *KEYS, "publisher", "published_on"]
    assert (row["slug"], row["note"]) == ("norland", "'=1+1")


def test_rows_are_answered_as_they_stood(api):
    actor = ActorFactory(slug="norland")
    before = change_record(actor, summary="Later")
    retract_record(actor)
    assert lines_of(api, type="actors") == []
    assert [row["slug"] for row in lines_of(api, type="actors", revision=before)] == ["norland"]


def test_a_wrong_query_is_refused(api):
    asked = {"stance": "shouts", "artcle": "x", "format": "geojson", "revision": "9"}
    assert sorted(problem_reasons(api.get(PATH, asked))) == [
        "artcle",
        "format",
        "revision",
        "stance",
    ]


@pytest.mark.parametrize("page_size", [1, 500])
def test_however_many_rows_there_are_a_page_takes_as_many_queries(api, queries, page_size):
    load_curated_data()
    types = [*record_models()]
    with queries() as counted:
        api.get(PATH, {"page_size": page_size})
    # Each type is counted; a page reads of one, or of as many as it shows; and the revision.
    assert len(counted) <= 1 + 2 * len(types)
    with queries() as counted:
        api.get(PATH, {"page_size": page_size, "type": types[0]})
    assert len(counted) == 3


def test_pages_go_from_one_type_to_the_next_and_leave_none_out(api):
    load_curated_data()
    expected, seen = expected_rows(), []
    path = f"{PATH}?page_size=149"
    while path:
        page = api.get(path).json()
        seen += page["results"]
        path = page["next"]
    assert seen == expected


@pytest.mark.parametrize("form", ["csv", "ndjson", "yaml", "xlsx"])
def test_a_page_is_a_page_in_any_form(api, form):
    load_curated_data()
    page = {"page": 3, "page_size": 7, "type": "corridors"}
    answers = [api.get(PATH, {"format": form, **page}), api.get(PATH, page)]
    rows = [*read_rows(form, answers[0].getvalue())]
    assert [row["slug"] for row in rows] == [row["slug"] for row in answers[1].json()["results"]]
    assert len(rows) == 7


def read_rows(form, body):
    """The rows of a file."""
    if form == "xlsx":
        headers, *cells = openpyxl.load_workbook(io.BytesIO(body))["citations"].values
        return [dict(zip(headers, row, strict=True)) for row in cells]
    if form == "csv":
        return [*csv.DictReader(io.StringIO(body.decode()))]
    return yaml.safe_load(body) if form == "yaml" else [*map(orjson.loads, body.splitlines())]


def test_a_slug_that_no_record_has_is_refused_and_not_silently_empty(api):
    ActorFactory(slug="norland")
    ActorFactory(slug="hidden", publication="draft")
    for path in (PATH, "/api/v1/disputes/"):
        assert api.get(path, {"slug": "norland"}).status_code == 200
        for slug in ("nowhere", "hidden", "Foo Bar", "%s"):
            asked = {"slug": [slug, "norland"]}
            assert problem_reasons(api.get(path, asked)) == {
                "slug": [f"There is no record “{slug}”."]
            }


def test_pages_end_where_those_of_lists_do(api):
    assert problem_reasons(api.get(PATH, {"page": 201, "page_size": 50})) == {
        "page": ["Pages end at row 10,000: another form than JSON has all rows."]
    }

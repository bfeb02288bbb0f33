"""The forms of answers: the same records in each, by format= or Accept, errors as problems."""

import codecs
import csv
import io
import json

import pytest
import yaml
from openpyxl import load_workbook

from apps.core.models import record_models
from apps.formats.catalogue import FORMATS, WRITERS, formats_of_type
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db

TYPES_AND_FORMS = [
    (endpoint, form)
    for endpoint, model in record_models().items()
    for form in WRITERS
    if form in formats_of_type(model)
]


def answer_body(response) -> bytes:
    return b"".join(response.streaming_content)


def slugs_in_answer(form: str, content: bytes) -> list[str]:
    """The slugs in an answer, as a reader of that form finds them."""
    if form == "csv":
        return [row["slug"] for row in csv.DictReader(io.StringIO(content.decode()))]
    if form == "ndjson":
        return [json.loads(line)["slug"] for line in content.splitlines()]
    if form == "geojson":
        return [feature["id"] for feature in json.loads(content)["features"]]
    if form == "yaml":
        return [record["slug"] for record in yaml.load(content, Loader=yaml.BaseLoader)]
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [row[0].value for row in list(sheet.rows)[1:]]


@pytest.mark.parametrize(("endpoint", "form"), TYPES_AND_FORMS, indirect=["endpoint"])
def test_every_form_holds_the_same_records_in_the_same_order(api, endpoint, make, form):
    for _ in range(3):
        make()
    for query in ("", "&certainty=confirmed", "&ordering=-slug", "&page_size=2"):
        size = "" if "page_size" in query else "&page_size=500"
        answer = api.get(f"/api/v1/{endpoint}/?count=none{size}{query}").json()
        wanted = [record["slug"] for record in answer["results"]]
        response = api.get(f"/api/v1/{endpoint}/?format={form}{query}")
        assert response.status_code == 200
        assert response["Content-Type"] == FORMATS[form].media_type
        assert slugs_in_answer(form, answer_body(response)) == wanted


@pytest.mark.parametrize(("endpoint", "form"), TYPES_AND_FORMS, indirect=["endpoint"])
def test_a_form_may_be_asked_for_by_accept_and_of_one_record(api, endpoint, make, form):
    record = make()
    media = FORMATS[form].media_type.partition(";")[0]
    response = api.get(f"/api/v1/{endpoint}/{record.slug}/", headers={"accept": media})
    assert slugs_in_answer(form, answer_body(response)) == [record.slug]
    assert response["ETag"]


def test_what_is_wrong_is_a_problem_in_whatever_form(api, endpoint):
    for query in ("format=cvs", "format=csv&colour=red", "format=csv&expand=citations.article"):
        response = api.get(f"/api/v1/{endpoint}/?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
    errors = api.get(f"/api/v1/{endpoint}/?format=cvs").json()["errors"]
    assert errors[0]["parameter"] == "format"
    assert errors[0]["suggestions"] == ["csv"]


def test_a_type_that_is_on_no_map_refuses_geojson_and_names_those_that_are(api):
    actor = ActorFactory()
    for path in ("/api/v1/actors/", f"/api/v1/actors/{actor.slug}/"):
        response = api.get(f"{path}?format=geojson")
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert error == {
            "parameter": "format",
            "detail": "Actors have no geometry: geojson is answered of places, corridors,"
            " exercises.",
            "code": "invalid",
            "allowed": ["json", "csv", "ndjson", "xlsx", "yaml"],
        }
        assert api.get(path, headers={"accept": "application/geo+json"}).status_code == 406


def test_fields_choose_the_columns(api, endpoint, make):
    make()
    content = answer_body(api.get(f"/api/v1/{endpoint}/?format=csv&fields=certainty,slug")).decode()
    assert content.splitlines()[0] == "slug,certainty"
    lines = answer_body(api.get(f"/api/v1/{endpoint}/?format=ndjson&fields=slug")).splitlines()
    assert [list(json.loads(line)) for line in lines] == [["slug"]] * len(lines)


def test_csv_begins_with_the_mark_of_utf8_for_whoever_asks(api, endpoint, make):
    slug = make().slug
    for path in ("", f"{slug}/"):
        address = f"/api/v1/{endpoint}/{path}?format=csv"
        plain, marked = api.get(address), api.get(f"{address}&bom=1")
        assert marked.getvalue() == codecs.BOM_UTF8 + plain.getvalue()
    assert api.get(f"/api/v1/{endpoint}/?format=json&bom=1").json()["count"] == 1
    (error,) = api.get(f"/api/v1/{endpoint}/?format=csv&bom=yes").json()["errors"]
    assert (error["parameter"], error["allowed"]) == ("bom", ["1"])

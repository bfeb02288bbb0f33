"""OPTIONS says what an address is and where it is described, to everyone, at no cost."""

from typing import Any

import pytest

from caucasus.api.root import urlpatterns
from tests.api.test_every_resource import problem_reasons
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def ask_options(api: Any, path: str) -> Any:
    response = api.options(f"/api/v1/{path}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def test_a_list_tells_anyone_what_it_is_and_where_the_rest_is_described(api):
    assert ask_options(api, "exercises/") == {
        "name": "Exercise List",
        "description": "Military and security exercises: who trained with whom, where and when.",
        "methods": ["GET", "POST", "HEAD", "OPTIONS"],
        "formats": ["json", "csv", "ndjson", "xlsx", "geojson", "yaml"],
        "meta": "http://testserver/api/v1/meta/?type=exercises",
        "schema": "http://testserver/api/v1/schema/",
    }


@pytest.mark.parametrize("path", ["{}/", "{}/x/", "{}/x/history/", "{}/aggregate/"])
def test_the_codebook_that_is_named_is_that_of_the_type(api, endpoint, path):
    answer = ask_options(api, path.format(endpoint))
    (entry,) = api.get(answer["meta"]).json()["types"]
    assert entry["type"] == endpoint


@pytest.mark.parametrize("path", ["", "changes/", "search/", "meta/", "articles/x/records/"])
def test_answers_that_are_no_records_name_the_whole_codebook(api, path):
    assert ask_options(api, path)["meta"] == "http://testserver/api/v1/meta/"


def test_every_address_of_the_api_answers_to_it(api, endpoint):
    paths = [pattern.pattern.regex.pattern for pattern in urlpatterns[:-1]]
    plain = [path.strip("^$").removesuffix("/?") for path in paths if "(" not in path]
    for path in [*plain, endpoint, f"{endpoint}/x", f"{endpoint}/x/history"]:
        headers = {"accept": "*/*"}
        response = api.options(f"/api/v1/{path}/" if path else "/api/v1/", headers=headers)
        assert response.status_code in (200, 406), path
        assert "GET" in response["Allow"]


def test_it_costs_no_query_and_tells_nothing_of_records(api, endpoint, make, queries):
    ask_options(api, f"{endpoint}/")
    record = make()
    with queries() as counted:
        here, elsewhere = (
            ask_options(api, f"{endpoint}/{slug}/") for slug in (record.slug, "not-there")
        )
    assert here == elsewhere
    assert len(counted) == 0


def test_it_takes_no_parameters_and_speaks_json(api):
    ActorFactory()
    assert list(problem_reasons(api.options("/api/v1/actors/?format=csv&kind=state"))) == [
        "format",
        "kind",
    ]
    refused = api.options("/api/v1/actors/", headers={"accept": "text/csv"})
    assert refused.status_code == 406

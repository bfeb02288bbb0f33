"""OPTIONS says what an address is and what may be asked of it, to everyone, at no cost."""

from typing import Any

import pytest

from caucasus.api.root import urlpatterns
from tests.api.test_every_resource import problems
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def options(api: Any, path: str) -> Any:
    response = api.options(f"/api/v1/{path}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def known_parameters(description: dict[str, Any]) -> set[str]:
    """Every parameter of an address, those turned round, too."""
    found = {one["name"] for one in description["parameters"]}
    for entry in description["filters"]:
        names = {one["name"] for one in entry["parameters"]}
        found |= names | ({f"{name}__not" for name in names} if entry["negatable"] else set())
    return found


def test_a_list_tells_anyone_what_it_takes(api, endpoint):
    found = options(api, f"{endpoint}/")
    assert {"GET", "OPTIONS"} <= set(found["methods"])
    assert found["formats"][:2] == ["json", "csv"]
    assert found["description"]
    assert "updated_at" in found["orderings"]
    assert "citations.article" in found["expand"]
    words = {v["name"]: [w["word"] for w in v["words"]] for v in found["vocabularies"]}
    certainty = next(one for one in found["filters"] if one["name"] == "certainty")
    assert words[certainty["vocabulary"]] == ["confirmed", "reported", "alleged", "disputed"]
    assert certainty["parameters"] == [
        {"name": "certainty", "values": "repeat", "type": "word"},
        {"name": "certainty__in", "values": "comma", "type": "word"},
    ]
    size = next(one for one in found["parameters"] if one["name"] == "page_size")
    assert (size["type"], size["minimum"], size["maximum"], size["default"]) == (
        *("integer", 1, 500, 50),
    )


@pytest.mark.parametrize("path", ["{}/", "{}/x/", "{}/x/history/"])
def test_what_is_described_is_known_and_what_is_known_is_described(api, endpoint, path):
    """The refusal of an unknown parameter lists those that are known, up to a hundred."""
    address = path.format(endpoint)
    described = known_parameters(options(api, address))
    (error,) = api.get(f"/api/v1/{address}?zzz=1").json()["errors"]
    assert set(error["allowed"]) <= described
    if len(error["allowed"]) < 100:
        assert set(error["allowed"]) == described
    for start in range(0, len(described), 40):
        some = sorted(described)[start : start + 40]
        found = api.get(f"/api/v1/{address}", dict.fromkeys(some, " "))
        assert "Unknown parameter." not in str(problems(found))


@pytest.mark.parametrize("path", ["changes/", "search/", "meta/", "articles/x/records/"])
def test_answers_that_are_no_lists_of_records_describe_their_parameters_too(api, path):
    described = known_parameters(options(api, path))
    response = api.get(f"/api/v1/{path}?zzz=1")
    error = next(e for e in response.json()["errors"] if e["parameter"] == "zzz")
    assert set(error["allowed"]) == described


def test_every_address_of_the_api_answers_to_it(api, endpoint):
    paths = [pattern.pattern.regex.pattern for pattern in urlpatterns[:-1]]
    plain = [path.strip("^$").removesuffix("/?") for path in paths if "(" not in path]
    for path in [*plain, endpoint, f"{endpoint}/x", f"{endpoint}/x/history"]:
        headers = {"accept": "*/*"}
        response = api.options(f"/api/v1/{path}/" if path else "/api/v1/", headers=headers)
        assert response.status_code in (200, 406), path
        assert "GET" in response["Allow"]


def test_it_costs_no_query_and_tells_nothing_of_records(api, endpoint, make, queries):
    options(api, f"{endpoint}/")
    record = make()
    with queries() as counted:
        here, elsewhere = (
            options(api, f"{endpoint}/{slug}/") for slug in (record.slug, "not-there")
        )
    assert here == elsewhere
    assert len(counted) == 0


def test_it_takes_no_parameters_and_speaks_json(api):
    ActorFactory()
    assert list(problems(api.options("/api/v1/actors/?format=csv&kind=state"))) == [
        "format",
        "kind",
    ]
    refused = api.options("/api/v1/actors/", headers={"accept": "text/csv"})
    assert refused.status_code == 406

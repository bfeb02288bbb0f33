"""What a client weighs in Accept is what it gets: the form that weighs most, or 406."""

import pytest

from apps.api.http.weights import MAX_VALUES, weighed_values
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

JSON, CSV, GEOJSON = "application/json", "text/csv", "application/geo+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/json;q=0.1,text/csv", CSV),
        ("application/json;q=0.1, text/csv; q=0.2", CSV),
        ("text/csv;q=0.5, application/json;q=0.5", JSON),  # alike: ours comes first
        ("TEXT/CSV;Q=1, application/json;Q=0.9", CSV),
        ("*/*, application/json;q=0", CSV),  # the narrower range says it of JSON
        ("text/*, */*;q=0.1", CSV),
        ("*/*;q=0.1, application/geo+json", GEOJSON),
        ("text/csv;header=present;charset=utf-8", CSV),
        ("application/json;q=nonsense, text/csv;q=0.9", JSON),
        ("text/html, */*;q=0.001", JSON),
        (BROWSER, JSON),
        ("*/*", JSON),
        ("", JSON),
    ],
)
def test_the_form_that_weighs_most_is_answered(api, accept, form):
    PlaceFactory()
    response = api.get("/api/v1/places/", headers={"accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == form


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*", "*/*;q=0", ","])
def test_who_takes_none_of_the_forms_is_told_so(api, accept):
    response = api.get("/api/v1/places/", headers={"accept": accept})
    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"


def test_the_format_in_the_address_comes_before_accept(api):
    response = api.get("/api/v1/places/?format=csv", headers={"accept": JSON})
    assert response["Content-Type"].startswith(CSV)


def test_a_browser_is_shown_the_codebook_as_a_page(api):
    answer = api.get("/api/v1/codebook/", headers={"accept": BROWSER})
    assert answer["Content-Type"].startswith("text/html")


def test_an_endless_header_is_read_to_a_bound():
    assert len(list(weighed_values("a/b," * 9_000))) == MAX_VALUES

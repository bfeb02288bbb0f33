"""What was meant by what is refused: habits of other APIs, other spellings; never a guess."""

import pytest

pytestmark = pytest.mark.django_db

HABITS = {
    "actors/?search=armenia": "q",
    "actors/?limit=5": "page_size",
    "actors/?per_page=5": "page_size",
    "actors/?perPage=5": "page_size",
    "actors/?offset=5": "page",
    "actors/?sort=name": "ordering",
    "actors/?order_by=name": "ordering",
    "actors/?type=state": "kind",
    "articles/?lang=en": "language",
    "actors/?iso3=AZE": "iso_code",
    "actors/?include=name": "fields",
    "agreements/?modified_since=2026": "updated_since",
    "search/?q=a&limit=5": "page_size",
    "actors/?Country=AZ": "country",
    "actors/?page-size=5": "page_size",
    "actors/?country=az": "AZ",
    "actors/?country=AZE": "AZ",
    "actors/?country=UK": "GB",
    "actors/?kind=State": "state",
    "actors/?kind=ethnic group": "ethnic_group",
    "actors/?region=caucasus_south": None,
    "actors/?country=AU S": None,
    "actors/?country=ZZ": None,
    "actors/?lang=en": None,  # actors are in no language
    "actors/none/?limit=5": None,
    "actors/?xyz=1": None,
}


@pytest.mark.parametrize(("path", "meant"), HABITS.items())
def test_a_hint_knows_what_people_type_and_guesses_nothing(api, path, meant):
    (error,) = api.get(f"/api/v1/{path}").json()["errors"]
    assert error.get("suggestions") == (meant and [meant])
    assert error["detail"].endswith("?") == bool(meant)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("&".join(f"certanty{n}=1" for n in range(59)), 59),
        ("country__in=" + ",".join(f"Q{n}" for n in range(200)), 11),
        ("&".join(f"topic=enegry{n}" for n in range(59)), 11),
        ("fields=" + ",".join(f"naem{n}" for n in range(800)), 11),
        ("also=" + ",".join(f"undatd{n}" for n in range(800)), 11),
        ("expand=" + ",".join(f"prent{n}" for n in range(800)), 12),
    ],
)
def test_of_many_unknown_words_ten_are_looked_up(api, queries, query, number):
    with queries() as counted:
        errors = api.get(f"/api/v1/actors/?{query}").json()["errors"]
    assert len(errors) == number
    assert sum("allowed" in error for error in errors) <= 10
    assert len(counted) <= 1

"""What was meant by what is refused: habits of other APIs, other spellings; never a guess."""

import pytest

from tests.types.actors.factories import ActorFactory, ActorNameFactory

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


@pytest.mark.parametrize(
    "query",
    [
        "supplier__in=" + ",".join(f"norlund-{n}" for n in range(200)),
        "&".join(f"supplier=norlund-{n}" for n in range(59)),
        "&".join(f"{name}=norlund" for name in ("recipient", "end_user", "designer", "contract")),
    ],
)
def test_many_unknown_records_are_looked_up_by_indexes_and_no_more_than_ten(api, queries, query):
    ActorFactory(slug="norland")
    for number in range(3):
        ActorFactory(slug=f"norlund-land-{number}", name="Norlund land")
    with queries() as counted:
        errors = api.get(f"/api/v1/arms-transfers/?{query}").json()["errors"]
    assert sum(bool(error.get("suggestions")) for error in errors) <= 10
    assert len(counted) <= 5 + 10 * 6  # of a list; for each hint two, on PostgreSQL six


@pytest.mark.parametrize("path", ["azerbaijn/", "AZE/", "Azərbaycan/", "azerbaijn/history/"])
def test_a_record_that_is_not_there_is_hinted_at_by_any_name(api, path):
    actor = ActorFactory(slug="azerbaijan", name="Azerbaijan", kind="state", iso_code="AZE")
    ActorNameFactory(record=actor, name="Azərbaycan")
    answer = api.get(f"/api/v1/actors/{path}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["suggestions"] == ["azerbaijan"]

"""The countries of corridors and exercises follow from places and states, in one revision."""

import json
from typing import Any

import pytest
from django.apps import apps

from apps.core.migrations._existing_rows import fill_in_countries
from apps.ledger.models import Dataset, Version
from tests.documents.acts import change_record
from tests.support.writing import if_match_header, record_address, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def assert_countries(record: Any, *countries: str) -> None:
    """Column, document and newest version agree."""
    record.refresh_from_db()
    version = Version.objects.for_record(record).public().first()
    shown = [json.loads(text)["countries"] for text in (record.document, version.document)]
    assert [record.countries, *shown] == [list(countries)] * 3


@pytest.fixture
def city() -> Any:
    return PlaceFactory(slug="city", country="AZ")


@pytest.fixture
def quarter(city) -> Any:
    """A place of no country of its own, within a place of none, within the city."""
    return PlaceFactory(country=None, part_of=PlaceFactory(country=None, part_of=city))


@pytest.fixture
def corridor(quarter) -> Any:
    return CorridorFactory(stops=[{"order": 1, "place": quarter}])


@pytest.fixture
def exercise(city, quarter) -> Any:
    return ExerciseFactory(places=[quarter])


def test_a_place_that_gets_another_country_takes_along_who_names_any_place_within(
    api, city, corridor, exercise
):
    other = ExerciseFactory(places=[PlaceFactory(country="GE")])
    since = Dataset.current_revision()
    number = change_record(city, country="AM")
    for record in (corridor, exercise):
        assert_countries(record, "AM")
        assert record.revision == number
    assert Version.objects.for_record(other).count() == 1
    feed = api.get(f"/api/v1/changes/?since={since}").json()["changes"]
    assert {change["slug"] for change in feed} == {city.slug, corridor.slug, exercise.slug}


def test_a_place_that_comes_to_lie_elsewhere_takes_them_along(quarter, corridor, exercise):
    change_record(quarter, part_of=PlaceFactory(country="KZ"))
    assert_countries(corridor, "KZ")
    assert_countries(exercise, "KZ")
    change_record(quarter, part_of=None)
    assert_countries(corridor)


def test_states_on_the_way_count_and_take_it_along():
    state = ActorFactory(kind="state", country="GE")
    corridor = CorridorFactory(
        participants=[{"actor": state, "role": "transit"}, {"actor": ActorFactory(country="TR")}]
    )
    assert_countries(corridor, "GE")
    change_record(state, country="AM")
    assert_countries(corridor, "AM")


def test_another_change_of_a_place_changes_nobody(city, corridor):
    change_record(city, name="The city")
    assert Version.objects.for_record(corridor).count() == 1


def test_what_is_sent_as_countries_is_not_taken(exercise):
    client, headers = writer_client(), if_match_header(exercise)
    path = f"{record_address(exercise)}?reason=Read"
    answer = client.patch(path, {"countries": ["RU"], "name": "Storm"}, headers=headers)
    assert answer.status_code == 200, answer.content
    assert_countries(exercise, "AZ")


@pytest.mark.parametrize("name", ["corridors", "exercises"])
def test_a_migration_finds_them_for_rows_that_were_there_before(name, request):
    record = request.getfixturevalue(name.removesuffix("s"))
    type(record).objects.update(countries=[])
    states = {"participants__role__in": ["transit"], "participants__actor__kind": "state"}
    path, more = ("places", None) if name == "exercises" else ("stops__place", states)
    fill_in_countries(f"{name}.{name.removesuffix('s').capitalize()}", path, more)(apps, None)
    assert_countries(record, "AZ")

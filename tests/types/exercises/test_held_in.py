"""Exercises held in a country, as their places tell."""

import pytest

from apps.exercises.models import Exercise
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import answered_slugs, slugs_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> None:
    city, base = PlaceFactory(country="AZ"), PlaceFactory(country="GE")
    sea = PlaceFactory(country=None)
    quarter = PlaceFactory(country=None, part_of=PlaceFactory(country=None, part_of=city))
    ExerciseFactory(slug="in-the-city", places=[city])
    ExerciseFactory(slug="in-a-quarter", places=[quarter])
    ExerciseFactory(slug="in-both", places=[city, base])
    ExerciseFactory(slug="at-sea", places=[sea])
    ExerciseFactory(slug="nowhere-told")


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        (["AZ"], ["in-a-quarter", "in-both", "in-the-city"]),
        (["GE"], ["in-both"]),
        (["GE", "AM"], ["in-both"]),
        (["AM"], []),
        ([], []),
    ],
)
def test_exercises_held_in_any_of_the_countries(countries, expected):
    assert slugs_of(Exercise.objects.published().held_in(*countries)) == expected


def test_readers_ask_for_it_and_learn_of_what_nothing_is_told(api):
    assert answered_slugs(api, "exercises/?country__not=GE") == ["in-a-quarter", "in-the-city"]
    answer = api.get("/api/v1/exercises/?country=GE").json()
    assert answer["left_out"]["unknown"] == {"country": 2}
    assert answer["results"][0]["countries"] == ["AZ", "GE"]
    assert answered_slugs(api, "exercises/?country__all=AZ,GE") == ["in-both"]
    facet = api.get("/api/v1/exercises/?facet=country").json()["facets"]["country"]
    assert facet == [
        {"value": "AZ", "count": 3},
        {"value": None, "count": 2},
        {"value": "GE", "count": 1},
    ]

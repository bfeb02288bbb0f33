"""A record that meets a condition twice, by two of its rows, is found once."""

import pytest

from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query", ["places={0}&places={1}", "places__in={0},{1}", "places__kind=city&places={0}"]
)
def test_an_exercise_that_fits_twice_is_found_once(api, query):
    here, there = PlaceFactory(kind="city"), PlaceFactory(kind="city")
    exercise = ExerciseFactory()
    exercise.places.set([here, there])
    answer = api.get(f"/api/v1/exercises/?{query.format(here.slug, there.slug)}").json()
    assert [result["slug"] for result in answer["results"]] == [exercise.slug]
    assert answer["count"] == 1

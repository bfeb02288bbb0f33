"""Exercises in which an actor took part: as host, organiser or participant, not as observer."""

import pytest

from apps.exercises.models import Exercise
from tests.types.exercises.factories import ExerciseFactory
from tests.types.exercises.participants import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

WITH_NORLAND = [
    *("norland-hosts", "norland-hosts-and-observes", "norland-organises", "norland-takes-part"),
]
WITH_OSTLAND = ["norland-organises", "norland-stays-away", "of-others"]


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], WITH_NORLAND),
        (["ostland"], WITH_OSTLAND),
        (["sudland"], ["norland-observes", "norland-takes-part", "of-others"]),
        (["ostland", "norland"], sorted({*WITH_NORLAND, *WITH_OSTLAND})),
        (["westland"], []),
        ([], []),
    ],
)
def test_exercises_in_which_any_of_the_actors_took_part(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Exercise.objects.published().with_participant(*asked)) == expected


def test_readers_ask_for_it_of_what_is_published(api):
    participants = [{"actor": store_world()["westland"], "role": "organiser"}]
    ExerciseFactory(slug="public", participants=participants)
    ExerciseFactory(slug="hidden", participants=participants, publication="draft")
    answer = api.get("/api/v1/exercises/?participant=westland").json()
    assert [record["slug"] for record in answer["results"]] == ["public"]

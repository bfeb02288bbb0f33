"""Exercises in which an actor took no part: it was absent, or merely looked on."""

import pytest

from apps.exercises.models import Exercise
from tests.types.exercises.factories import ExerciseFactory
from tests.types.exercises.participants import WORLD, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

WITHOUT_NORLAND = ["norland-observes", "norland-stays-away", "of-nobody", "of-others"]


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], WITHOUT_NORLAND),  # of-nobody: domain.md 6 will change this
        (["norland", "ostland"], ["norland-observes", "of-nobody"]),
        (["norland", "sudland"], ["norland-stays-away", "of-nobody"]),
        (["norland", "sudland", "ostland"], ["of-nobody"]),
        (["norland", "westland"], WITHOUT_NORLAND),
        (["westland"], sorted(set(WORLD) - {"a-draft"})),
        ([], sorted(set(WORLD) - {"a-draft"})),
    ],
)
def test_exercises_in_which_none_of_the_actors_took_part(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Exercise.objects.published().without(*asked)) == expected


def test_one_actor_with_and_another_without():
    known = store_world()
    matches = Exercise.objects.with_participant(known["norland"]).without(known["sudland"])
    assert slugs_of(matches) == [
        *("a-draft", "norland-hosts", "norland-hosts-and-observes", "norland-organises"),
    ]


def test_readers_ask_for_it_of_what_is_published(api):
    westland = store_world()["westland"]
    Exercise.objects.all().update(document=None)
    ExerciseFactory(slug="with-it", participants=[{"actor": westland}])
    ExerciseFactory(slug="without-it")
    ExerciseFactory(slug="hidden", publication="draft")
    answer = api.get("/api/v1/exercises/?without=westland").json()
    assert [record["slug"] for record in answer["results"]] == ["without-it"]

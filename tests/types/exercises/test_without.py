"""Exercises in which an actor took no part: it was absent, or merely looked on.

Where nobody is coded (`of-nobody`), it is not known who took no part.
"""

import pytest

from apps.exercises.models import Exercise
from tests.types.exercises.factories import ExerciseFactory
from tests.types.exercises.participants import WORLD, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

WITHOUT_NORLAND = ["norland-observes", "norland-stays-away", "of-others"]
CODED = sorted(set(WORLD) - {"a-draft", "of-nobody"})


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], WITHOUT_NORLAND),
        (["norland", "ostland"], ["norland-observes"]),
        (["norland", "sudland"], ["norland-stays-away"]),
        (["norland", "sudland", "ostland"], []),
        (["norland", "westland"], WITHOUT_NORLAND),
        (["westland"], CODED),
        ([], CODED),
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
    known = store_world()
    westland, ostland = known["westland"], known["ostland"]
    Exercise.objects.all().update(document=None)
    ExerciseFactory(slug="with-it", participants=[{"actor": westland}])
    ExerciseFactory(slug="without-it", participants=[{"actor": ostland}])
    ExerciseFactory(slug="of-whom")
    ExerciseFactory(slug="hidden", publication="draft")
    answer = api.get("/api/v1/exercises/?without=westland").json()
    assert [record["slug"] for record in answer["results"]] == ["without-it"]
    assert answer["left_out"]["unknown"] == {"participants": 1}

"""Exercises that name an actor in any part at all, be it as notably absent."""

import pytest

from apps.exercises.models import Exercise, Participant
from tests.types.exercises.participants import WORLD, store_world
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], sorted(slug for slug in WORLD if slug.startswith("norland"))),
        (["ostland"], ["norland-organises", "norland-stays-away", "of-others"]),
        (["ostland", "norland"], sorted(set(WORLD) - {"of-nobody", "a-draft"})),
        (["westland"], []),
        ([], []),
    ],
)
def test_exercises_that_name_any_of_the_actors(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Exercise.objects.published().naming(*asked)) == expected


def test_no_role_is_left_out():
    westland = store_world()["westland"]
    roles = {f"as-{role.replace('_', '-')}": role for role in Participant.Role.values}
    for slug, exercise in store(Exercise, list(roles)).items():
        Participant.objects.create(record=exercise, position=1, actor=westland, role=roles[slug])
    assert slugs_of(Exercise.objects.naming(westland)) == sorted(roles)

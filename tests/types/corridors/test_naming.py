"""Corridors that name an actor in any part at all, be it as opponent."""

import pytest

from apps.actors.models import Actor
from apps.corridors.models import Corridor, Participation
from tests.types.corridors.countries import PARTS, store_world
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

KAZAKHSTAN = sorted(slug for slug in PARTS if "kazakh" in slug and slug != "of-a-kazakh-company")


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["kazakhstan"], KAZAKHSTAN),
        (["georgia"], ["georgian-member-kazakh-investor", "stops-and-members"]),
        (["a-kazakh-company", "azerbaijan"], ["of-a-kazakh-company", "stops-and-members"]),
        (["farland"], []),
        ([], []),
    ],
)
def test_corridors_that_name_any_of_the_actors(actors, expected):
    store_world()
    store(Actor, ["farland"])
    asked = Actor.objects.filter(slug__in=actors)
    assert slugs_of(Corridor.objects.naming(*asked)) == expected


def test_no_role_is_left_out():
    farland = store(Actor, ["farland"])["farland"]
    roles = {f"as-{role.replace('_', '-')}": role for role in Participation.Role.values}
    for slug, corridor in store(Corridor, list(roles)).items():
        Participation.objects.create(record=corridor, position=1, actor=farland, role=roles[slug])
    assert slugs_of(Corridor.objects.naming(farland)) == sorted(roles)

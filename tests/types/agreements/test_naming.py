"""Agreements that name an actor in any part at all, be it as opponent."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.parties import WORLD, store_every_role, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

WITHOUT_NORLAND = {"sudland-with-ostland", "of-nobody", "a-draft"}


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], sorted(set(WORLD) - WITHOUT_NORLAND)),
        (
            ["ostland"],
            [
                *("all-three", "norland-mediates", "norland-with-ostland"),
                *("ostland-guarantees", "sudland-with-ostland"),
            ],
        ),
        (["norland", "ostland"], sorted(set(WORLD) - {"of-nobody", "a-draft"})),
        (["westland"], []),
        ([], []),
    ],
)
def test_agreements_that_name_any_of_the_actors(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Agreement.objects.published().naming(*asked)) == expected


def test_no_role_is_left_out():
    westland = store_world()["westland"]
    every = store_every_role(westland)
    assert slugs_of(Agreement.objects.naming(westland)) == every

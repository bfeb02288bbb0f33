"""Transfers that name an actor on any side: supplier, recipient, user or designer."""

import pytest

from apps.actors.models import Actor
from apps.arms_transfers.models import ArmsTransfer
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

WORLD = {
    "from-norland": {"supplier": "norland", "recipient": "sudland"},
    "to-norland": {"supplier": "ostland", "recipient": "norland"},
    "used-in-norland": {"supplier": "ostland", "recipient": "sudland", "end_user": "norland"},
    "designed-in-norland": {"supplier": "ostland", "recipient": "sudland", "designer": "norland"},
    "thrice-norland": {
        "supplier": "norland",
        "recipient": "sudland",
        "end_user": "norland",
        "designer": "norland",
    },
    "of-others": {"supplier": "ostland", "recipient": "sudland"},
    "a-draft": {"supplier": "norland", "recipient": "sudland"},
}


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (
            ["norland"],
            [
                *("designed-in-norland", "from-norland", "thrice-norland"),
                *("to-norland", "used-in-norland"),
            ],
        ),
        (["ostland"], ["designed-in-norland", "of-others", "to-norland", "used-in-norland"]),
        (
            ["sudland"],
            [
                *("designed-in-norland", "from-norland", "of-others"),
                *("thrice-norland", "used-in-norland"),
            ],
        ),
        (["norland", "ostland"], sorted(set(WORLD) - {"a-draft"})),
        (["westland"], []),
        ([], []),
    ],
)
def test_transfers_that_name_any_of_the_actors(actors, expected):
    known = store(Actor, ["norland", "sudland", "ostland", "westland"])
    rows = {
        slug: {role: known[actor] for role, actor in sides.items()} for slug, sides in WORLD.items()
    }
    rows["a-draft"]["publication"] = "draft"
    store(ArmsTransfer, rows)
    asked = [known[actor] for actor in actors]
    assert slugs_of(ArmsTransfer.objects.published().naming(*asked)) == expected

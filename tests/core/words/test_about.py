"""Records by their topics."""

import pytest

from apps.actors.models import Actor
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

ROWS = {
    "energy": {"topics": ["energy"]},
    "trade-and-energy": {"topics": ["trade", "energy"]},
    "trade": {"topics": ["trade"]},
    "of-no-topic": {"topics": []},
    "a-draft": {"topics": ["energy"], "publication": "draft"},
}


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (["energy"], ["energy", "trade-and-energy"]),
        (["trade"], ["trade", "trade-and-energy"]),
        (["trade", "energy"], ["energy", "trade", "trade-and-energy"]),
        (["conflict"], []),
        (["ener"], []),  # a topic is a whole word
    ],
)
def test_records_with_any_of_the_topics(topics, expected):
    store(Actor, ROWS)
    assert slugs_of(Actor.objects.published().about(*topics)) == expected

"""Records that rest on at most so many different articles; with 1, on one alone or none."""

import pytest

from apps.actors.models import Actor
from tests.core.worlds import SOURCES, store_sources
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

PUBLIC = set(SOURCES) - {"a-draft"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, ["on-none"]),
        (1, ["on-first", "on-first-twice", "on-none", "on-second"]),
        (2, sorted(PUBLIC - {"on-three"})),
        (3, sorted(PUBLIC)),
    ],
)
def test_an_article_that_is_cited_twice_counts_once(number, expected):
    store_sources()
    assert slugs_of(Actor.objects.published().with_sources_up_to(number)) == expected


def test_at_least_and_at_most_meet_in_exactly():
    store_sources()
    matches = Actor.objects.with_sources(2).with_sources_up_to(2)
    assert slugs_of(matches) == ["a-draft", "on-both"]

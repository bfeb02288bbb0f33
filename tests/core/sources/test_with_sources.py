"""Records that rest on at least so many different articles."""

import pytest

from apps.actors.models import Actor
from tests.core.worlds import SOURCES, store_sources
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

PUBLIC = set(SOURCES) - {"a-draft"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, sorted(PUBLIC)),
        (1, sorted(PUBLIC - {"on-none"})),
        (2, ["on-both", "on-three"]),
        (3, ["on-three"]),
        (4, []),
    ],
)
def test_an_article_that_is_cited_twice_counts_once(number, expected):
    store_sources()
    assert slugs_of(Actor.objects.published().with_sources(number)) == expected


def test_the_word_alone_hides_no_draft():
    store_sources()
    assert slugs_of(Actor.objects.with_sources(2)) == ["a-draft", "on-both", "on-three"]

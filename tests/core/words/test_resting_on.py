"""Records with a citation of an article."""

import pytest

from apps.actors.models import Actor
from tests.core.worlds import store_sources
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        (["first"], ["on-both", "on-first", "on-first-twice", "on-three"]),
        (["second"], ["on-both", "on-second", "on-three"]),
        (["third"], ["on-three"]),
        (
            ["second", "first"],
            ["on-both", "on-first", "on-first-twice", "on-second", "on-three"],
        ),
        (["uncited"], []),
        ([], []),
    ],
)
def test_records_that_cite_any_of_the_articles(articles, expected):
    known = store_sources()
    asked = [known[article] for article in articles]
    assert slugs_of(Actor.objects.published().resting_on(*asked)) == expected


def test_the_word_alone_hides_no_draft():
    assert "a-draft" in slugs_of(Actor.objects.resting_on(store_sources()["first"]))

"""Records of a type by the words of their texts, the best first by `search_rank`."""

import pytest

from apps.actors.models import Actor
from tests.types.actors.factories import ActorFactory, ActorNameFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def actors():
    ActorNameFactory(record=ActorFactory(slug="by-a-name", name="Norland"), name="Sunny League")
    ActorFactory(slug="by-its-name", name="Sunny League")
    ActorFactory(slug="by-its-summary", name="Ostland", summary="Of the sunny league.")
    ActorFactory(slug="of-one-word", name="Sunny")
    ActorFactory(slug="a-draft", name="Sunny League", publication="draft")
    PlaceFactory(slug="by-its-name", name="Sunny League")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sunny league", ["by-a-name", "by-its-name", "by-its-summary"]),
        ("Санни", []),
        ("leag", ["by-a-name", "by-its-name", "by-its-summary"]),
        ("sunny", ["by-a-name", "by-its-name", "by-its-summary", "of-one-word"]),
        ("", []),
    ],
)
def test_records_that_hold_every_word(actors, text, expected):
    assert slugs_of(Actor.objects.published().search(text)) == expected


def test_the_name_goes_before_the_rest(actors):
    ranked = Actor.objects.search("sunny league").order_by("search_rank")
    assert [actor.slug for actor in ranked] == ["by-its-name", "by-a-name", "by-its-summary"]


def test_it_narrows_what_was_asked_before(actors):
    asked = Actor.objects.filter(slug="of-one-word")
    assert slugs_of(asked.search("sunny")) == ["of-one-word"]
    assert slugs_of(asked.search("league")) == []

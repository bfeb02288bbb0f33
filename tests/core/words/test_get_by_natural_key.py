"""How fixtures name a record, by its slug, and a part, by its record's slug and its place."""

import pytest

from apps.actors.models import Actor, ActorName
from tests.types.actors.factories import ActorFactory, ActorNameFactory
from tests.types.tables import store

pytestmark = pytest.mark.django_db


def test_a_record_is_named_by_its_slug():
    actors = store(Actor, ["a", "b"])
    for slug, actor in actors.items():
        assert Actor.objects.get_by_natural_key(slug) == actor
        assert Actor.objects.get_by_natural_key(*actor.natural_key()) == actor
    with pytest.raises(Actor.DoesNotExist):
        Actor.objects.get_by_natural_key("c")


def test_a_part_is_named_by_its_record_and_its_place():
    actors = {slug: ActorFactory(slug=slug) for slug in ("a", "b")}
    names = [ActorNameFactory(record=actors[slug]) for slug in ("a", "a", "b")]
    keys = [("a", 1), ("a", 2), ("b", 1)]
    for name, key in zip(names, keys, strict=True):
        assert ActorName.objects.get_by_natural_key(*key) == name
        assert ActorName.objects.get_by_natural_key(*name.natural_key()) == name
    with pytest.raises(ActorName.DoesNotExist):
        ActorName.objects.get_by_natural_key("b", 2)

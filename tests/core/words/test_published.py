"""What readers see: a record that has a document, which it has exactly while it is published."""

import pytest

from apps.actors.models import Actor
from tests.documents.acts import publish_record, retract_record
from tests.types.actors.factories import ActorFactory
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def test_neither_drafts_nor_what_was_withdrawn():
    ActorFactory(slug="public")
    ActorFactory(slug="a-draft", publication="draft")
    retract_record(ActorFactory(slug="withdrawn"))
    returned = ActorFactory(slug="returned")
    retract_record(returned)
    publish_record(returned)
    assert slugs_of(Actor.objects.published()) == ["public", "returned"]
    assert Actor.objects.count() == 4


def test_it_narrows_what_was_asked_before():
    ActorFactory(slug="a")
    ActorFactory(slug="b")
    assert slugs_of(Actor.objects.filter(slug="b").published()) == ["b"]

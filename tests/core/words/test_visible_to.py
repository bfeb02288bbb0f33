"""What an account reads through the API: for everyone, what is published."""

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.actors.models import Actor
from tests.accounts.factories import UserFactory
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

ROWS = {"public": {}, "a-draft": {"publication": "draft"}, "gone": {"publication": "retracted"}}


@pytest.mark.parametrize("role", [None, "contributor", "editor", "publisher"])
def test_every_account_reads_the_same(role):
    store(Actor, ROWS)
    user = UserFactory(role=role) if role else AnonymousUser()
    assert slugs_of(Actor.objects.visible_to(user)) == ["public"]

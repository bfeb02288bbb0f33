"""What an account sees at the desk: the drafts of others only if it may change them."""

import pytest

from apps.actors.models import Actor
from tests.accounts.factories import UserFactory
from tests.documents.ledger_factories import VersionFactory
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

PUBLIC, DRAFTED, DISCARDED = ("created", True), ("drafted", False), ("discarded", False)
WITHDRAWN = ("retracted", True)
# The history of each record, oldest first, by whom and what; and how the record stands now.
WORLD = {
    "published": ("published", [("they", PUBLIC)]),
    "published-and-changed": ("published", [("they", PUBLIC), ("they", ("updated", True))]),
    "withdrawn": ("retracted", [("they", PUBLIC), ("they", WITHDRAWN)]),
    "my-draft": ("draft", [("me", DRAFTED)]),
    "my-draft-that-they-changed": ("draft", [("me", DRAFTED), ("they", DRAFTED)]),
    "their-draft": ("draft", [("they", DRAFTED)]),
    "their-draft-that-i-changed": ("draft", [("they", DRAFTED), ("me", DRAFTED)]),
    "a-draft-without-history": ("draft", []),
    "withdrawn-then-drafted": ("draft", [("me", PUBLIC), ("they", WITHDRAWN), ("they", DRAFTED)]),
    "withdrawn-then-mine": ("draft", [("they", PUBLIC), ("they", WITHDRAWN), ("me", DRAFTED)]),
    "mine-before-it-was-public": (
        "draft",
        [("me", DRAFTED), ("they", PUBLIC), ("they", WITHDRAWN), ("they", DRAFTED)],
    ),
    "discarded-then-begun-by-them": (
        "draft",
        [("me", DRAFTED), ("me", DISCARDED), ("they", DRAFTED)],
    ),
    "discarded-then-begun-by-me": (
        "draft",
        [("they", DRAFTED), ("they", DISCARDED), ("me", DRAFTED)],
    ),
}
HIDDEN = {
    *("their-draft", "a-draft-without-history", "withdrawn-then-drafted"),
    *("mine-before-it-was-public", "discarded-then-begun-by-them"),
}


@pytest.fixture
def users():
    """A contributor, whose view it is, and somebody else."""
    me, they = UserFactory(role="contributor"), UserFactory(role="editor")
    store(Actor, {slug: {"publication": publication} for slug, (publication, _) in WORLD.items()})
    for slug, (_, history) in WORLD.items():
        for who, (operation, is_public) in history:
            user = me if who == "me" else they
            VersionFactory(slug=slug, operation=operation, is_public=is_public, revision__user=user)
    return me, they


def test_a_contributor_sees_what_was_public_last_and_drafts_of_their_own(users):
    seen = slugs_of(Actor.objects.visible_to_curator(users[0]))
    assert seen == sorted(set(WORLD) - HIDDEN)


def test_who_may_change_drafts_sees_all(users):
    assert slugs_of(Actor.objects.visible_to_curator(users[1])) == sorted(WORLD)


def test_a_history_of_the_same_slug_in_another_type_opens_nothing(users):
    me, _ = users
    VersionFactory(
        type="places", slug="their-draft", operation="drafted", is_public=False, revision__user=me
    )
    VersionFactory(type="places", slug="withdrawn-then-drafted", revision__user=me)
    assert not HIDDEN & set(slugs_of(Actor.objects.visible_to_curator(me)))


def test_a_proposal_laid_over_in_this_transaction_is_seen(users):
    """It has an id below zero, which no stored record has."""
    store(Actor, {"laid-over": {"publication": "draft", "pk": -1}})
    assert "laid-over" in slugs_of(Actor.objects.visible_to_curator(users[0]))


def test_it_narrows_what_was_asked_before(users):
    asked = Actor.objects.filter(slug__startswith="my-draft")
    assert slugs_of(asked.visible_to_curator(users[0])) == [
        "my-draft",
        "my-draft-that-they-changed",
    ]

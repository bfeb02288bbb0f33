"""Memberships that lasted on a date: as the sources stand, certainly, possibly."""

import pytest

from apps.actors.models import Membership
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import MembershipFactory
from tests.types.actors.spans import STATUSES, UNDATED, store_memberships
from tests.types.tables import answered_slugs, assert_strengths

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tables", [STATUSES, UNDATED])
def test_memberships_that_lasted_on_some_day_of_the_date(api, tables):
    store_memberships(tables["stands"])
    assert_strengths(api, "memberships/?on", tables)


def test_the_role_makes_no_difference(api):
    store_memberships(STATUSES["stands"])
    Membership.objects.update(role="observer")
    assert_strengths(api, "memberships/?on", STATUSES)


def test_readers_ask_for_it_of_what_is_published(api):
    MembershipFactory(slug="in-time", since="1994", until="2000")
    MembershipFactory(slug="too-late", since="1996")
    MembershipFactory(slug="a-draft", since="1994", publication="draft")
    assert answered_slugs(api, "memberships/?on=1995") == ["in-time"]


def test_in_the_curated_data_nobody_held_anything_in_1800(api):
    load_curated_data()
    assert answered_slugs(api, "memberships/?on=1800") == []
    # Ended in August 2021 by its own date, and before that it had begun.
    assert "arshak-karapetyan-ministry-of-defence-of-armenia" in answered_slugs(
        api, "memberships/?on__certain=2021-09"
    )

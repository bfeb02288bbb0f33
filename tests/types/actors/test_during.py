"""Memberships that lasted on some day of a date."""

import pytest

from apps.actors.models import Actor, Membership
from tests.types.actors.factories import MembershipFactory
from tests.types.actors.spans import SPANS
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db


def store_spans(**usual) -> None:
    """Store the memberships of the table, all of one actor in one body."""
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"]}
    store(Membership, SPANS.rows, **sides, role="member", **usual)


@pytest.mark.parametrize("date", SPANS.answers)
def test_memberships_that_lasted_on_some_day_of_the_date(date):
    store_spans(status="active")
    assert slugs_of(Membership.objects.during(date)) == SPANS.answers[date]


def test_neither_role_nor_status_makes_a_difference():
    store_spans(status="withdrawn")  # domain.md 6 will change this
    observers = Membership.objects.all()
    observers.update(role="observer")
    assert slugs_of(observers.during("2000")) == SPANS.answers["2000"]


def test_readers_ask_for_it_of_what_is_published(api):
    MembershipFactory(slug="in-time", since="1994", until="2000")
    MembershipFactory(slug="too-late", since="1996")
    MembershipFactory(slug="a-draft", since="1994", publication="draft")
    answer = api.get("/api/v1/memberships/?during=1995").json()
    assert [record["slug"] for record in answer["results"]] == ["in-time"]

"""Actors by what they are members of, and when."""

import pytest

from tests.api.test_every_resource import problems
from tests.types.actors.factories import ActorFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_a_date_without_a_body_is_refused(api):
    ActorFactory()
    answer = api.get("/api/v1/actors/?on=2020")
    assert answer.status_code == 400
    assert list(problems(answer)) == ["on"]


def test_members_are_asked_for_on_a_date(api):
    bloc = MembershipFactory(since="1994", until="2012", status="former").organisation
    at = {on: api.get(f"/api/v1/actors/?member_of={bloc.slug}&on={on}") for on in ("2000", "2020")}
    assert [one.json()["count"] for one in at.values()] == [1, 0]


def test_a_draft_membership_makes_nobody_a_member(api):
    bloc = ActorFactory()
    MembershipFactory(organisation=bloc, publication="draft")
    assert api.get(f"/api/v1/actors/?member_of={bloc.slug}").json()["count"] == 0
    assert api.get(f"/api/v1/actors/?member_of__not={bloc.slug}").json()["count"] == 2

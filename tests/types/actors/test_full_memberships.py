"""Memberships in the full sense: an observer, a candidate or a partner is no member."""

import pytest

from apps.actors.models import Actor, Membership
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db


def test_three_roles_make_a_member_and_no_other():
    actors = store(Actor, ["norland", "the-league"])
    roles = {role.replace("_", "-"): {"role": role} for role in Membership.Role.values}
    sides = {"actor": actors["norland"], "organisation": actors["the-league"]}
    store(Membership, roles, **sides, status="active")
    assert sorted(roles) == [
        *("applicant", "candidate", "chair", "dialogue-partner", "founding-member"),
        *("member", "observer", "participant"),
    ]
    assert slugs_of(Membership.objects.full_memberships()) == ["chair", "founding-member", "member"]


@pytest.mark.parametrize("kind", Actor.Kind.values)
def test_whoever_belongs_is_a_member_but_no_person(kind):
    """A person has an office in a body, or works for it."""
    actors = store(Actor, {"somebody": {"kind": kind}, "the-league": {"kind": "alliance"}})
    sides = {"actor": actors["somebody"], "organisation": actors["the-league"]}
    store(Membership, ["a"], **sides, role="chair", status="active")
    assert slugs_of(Membership.objects.full_memberships()) == ([] if kind == "person" else ["a"])


@pytest.mark.parametrize("status", Membership.Status.values)
def test_a_member_is_one_whatever_the_status(status):
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"]}
    store(Membership, ["a"], **sides, role="member", status=status)
    assert slugs_of(Membership.objects.full_memberships()) == ["a"]

"""Actors by what they are members of, and when."""

import pytest

from apps.actors.models import Actor, Membership
from tests.api.test_every_resource import problem_reasons
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.actors.spans import STATUSES, UNDATED
from tests.types.tables import answered_slugs, assert_strengths, slugs_of, store

pytestmark = pytest.mark.django_db

# Actor, organisation and what its membership says.
WORLD = [
    ("norland", "the-league", {"role": "member", "since": "1994-01-01"}),
    ("sudland", "the-league", {"role": "founding_member", "since": "1991", "until": "1999"}),
    ("ostland", "the-league", {"role": "chair", "since": "2010"}),
    ("westland", "the-league", {"role": "observer", "since": "1991"}),
    ("midland", "the-league", {"role": "candidate", "since": "1991"}),
    ("farland", "the-league", {"role": "member", "since": "1991", "publication": "draft"}),
    ("nearland", "the-league", {"role": "member", "since": "1991", "publication": "retracted"}),
    ("westland", "the-bloc", {"role": "member", "since": "2001"}),
    ("norland", "the-bloc", {"role": "member", "since": "1990", "until": "1992"}),
    # The same state twice in the same body: it left and came back.
    ("sudland", "the-league", {"role": "member", "since": "2005"}),
    ("the-bloc", "the-union", {"role": "member", "since": "1995"}),
]


def store_world() -> dict[str, Actor]:
    """Store who belongs where; the actors by slug."""
    actors = store(Actor, sorted({name for sides in WORLD for name in sides[:2]}))
    rows = {
        f"m-{number}": {**says, "actor": actors[member], "organisation": actors[body]}
        for number, (member, body, says) in enumerate(WORLD)
    }
    store(Membership, rows, status="active")
    return actors


@pytest.mark.parametrize(
    ("bodies", "on", "expected"),
    [
        (["the-league"], "", ["norland", "ostland", "sudland"]),
        (["the-league"], "1990", []),
        (["the-league"], "1993", ["sudland"]),
        (["the-league"], "1994", ["norland", "sudland"]),
        (["the-league"], "1999-12-31", ["norland", "sudland"]),
        (["the-league"], "2000-01-01", ["norland"]),
        (["the-league"], "2005", ["norland", "sudland"]),
        (["the-league"], "2005-01", ["norland"]),  # that of 2005 may have begun in December
        (["the-league"], "1999/2005", ["norland", "sudland"]),
        (["the-league"], "2015-01/..", ["norland", "ostland", "sudland"]),
        (["the-league"], "../1991", ["sudland"]),
        (["the-bloc"], "", ["norland", "westland"]),
        (["the-bloc"], "1991?", ["norland"]),
        (["the-bloc"], "2002-21", ["westland"]),
        (["the-bloc", "the-league"], "1992", ["norland", "sudland"]),
        (["the-league", "the-bloc"], "2000", ["norland"]),
        (["the-union"], "", ["the-bloc"]),  # not the members of its member
        ([], "", []),
    ],
)
def test_full_members_of_any_of_the_bodies_on_a_date(bodies, on, expected):
    actors = store_world()
    asked = [actors[body] for body in bodies]
    assert slugs_of(Actor.objects.members_of(*asked, on=on)) == expected


@pytest.mark.parametrize("tables", [STATUSES, UNDATED])
def test_one_is_a_member_while_a_membership_lasts(api, tables):
    """Each membership of the tables, of an actor of its own: in three strengths."""
    bloc = store(Actor, ["the-bloc"])["the-bloc"]
    table = tables["stands"]
    actors = store(Actor, list(table.rows))
    rows = {slug: {**row, "actor": actors[slug]} for slug, row in table.rows.items()}
    store(Membership, rows, organisation=bloc, role="member")
    assert_strengths(api, "actors/?member_of=the-bloc&on", tables)


def test_two_strengths_are_met_by_one_membership():
    """Certainly in 1992, possibly in 2000: of the two memberships neither is both."""
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"], "role": "member"}
    spans = {
        "old": {"since": "1990", "until": "1995", "status": "ended"},
        "new": {"since": "1999", "status": "active"},
    }
    store(Membership, spans, **sides)
    league = actors["the-league"]
    both = Actor.objects.members_of(league, on__certain="1992", on__possible="2000")
    assert slugs_of(both) == []
    assert slugs_of(Actor.objects.members_of(league, on__possible="2000")) == ["norland"]


def test_it_narrows_what_was_asked_before():
    actors = store_world()
    Actor.objects.filter(slug="norland").update(document=None)
    members = Actor.objects.published().members_of(actors["the-league"])
    assert slugs_of(members) == ["ostland", "sudland"]


@pytest.mark.parametrize("name", ["on", "on__certain", "on__possible"])
def test_a_date_without_a_body_is_refused(api, name):
    ActorFactory()
    answer = api.get(f"/api/v1/actors/?{name}=2020")
    assert answer.status_code == 400
    assert list(problem_reasons(answer)) == [name]


def test_members_are_asked_for_on_a_date(api):
    bloc = MembershipFactory(since="1994", until="2012", status="ended").organisation
    at = {on: api.get(f"/api/v1/actors/?member_of={bloc.slug}&on={on}") for on in ("2000", "2020")}
    assert [answer.json()["count"] for answer in at.values()] == [1, 0]


def test_a_draft_membership_makes_nobody_a_member(api):
    bloc = ActorFactory()
    MembershipFactory(organisation=bloc, publication="draft")
    assert api.get(f"/api/v1/actors/?member_of={bloc.slug}").json()["count"] == 0
    assert api.get(f"/api/v1/actors/?member_of__not={bloc.slug}").json()["count"] == 0


# Body, date, and who was a member then in the curated data, with the reason.
CURATED = [
    # Founded in 2015: nobody can have been a member; only Armenia's beginning is dated.
    ("eurasian-economic-union", "on=1950", []),
    # Articles of 2020 and 2025 call them members, and none says that it is over.
    ("eurasian-economic-union", "on=2026", ["armenia", "kazakhstan", "kyrgyzstan", "russia"]),
    # An article that came out between January and March 2025 calls the group defunct.
    ("osce-minsk-group", "on=2025", []),
    ("osce-minsk-group", "on__possible=2025", ["france", "russia", "united-states"]),
    ("osce-minsk-group", "on=2024", ["france", "russia", "united-states"]),
    # Armenia is frozen, which is a membership still; the secretary, a person, is no member.
    ("collective-security-treaty-organization", "on=2026", ["armenia", "russia"]),
    ("collective-security-treaty-organization", "on__possible=2010", ["armenia", "russia"]),
    ("collective-security-treaty-organization", "on=2010", ["armenia"]),
]


def test_in_the_curated_data_unknown_is_not_always(api):
    load_curated_data()
    for body, asked, expected in CURATED:
        assert answered_slugs(api, f"actors/?member_of={body}&{asked}") == expected, (body, asked)


def test_in_the_curated_data_no_person_is_a_member_of_anything(api):
    load_curated_data()
    bodies = Actor.objects.filter(members__actor__kind="person").distinct()
    assert "collective-security-treaty-organization" in slugs_of(bodies)
    for body in bodies:
        assert answered_slugs(api, f"actors/?member_of={body.slug}&kind=person") == []

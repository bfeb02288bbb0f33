"""Actors by what they are members of, and when."""

import pytest

from apps.actors.models import Actor, Membership
from tests.api.test_every_resource import problem_reasons
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.actors.spans import SPANS
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

# Actor, organisation and what its membership says.
WORLD = [
    ("norland", "the-league", {"role": "member", "since": "1994"}),
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
        (["the-league"], "1999/2005", ["norland", "sudland"]),
        (["the-league"], "2015-01/..", ["norland", "ostland", "sudland"]),
        (["the-league"], "../1991", ["sudland"]),
        (["the-bloc"], "", ["norland", "westland"]),
        (["the-bloc"], "1991?", ["norland"]),
        (["the-bloc"], "2001-21", ["westland"]),
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


@pytest.mark.parametrize("date", SPANS.answers)
def test_one_is_a_member_while_a_membership_lasts(date):
    """Each membership of the table of spans, of an actor of its own."""
    bloc = store(Actor, ["the-bloc"])["the-bloc"]
    actors = store(Actor, list(SPANS.rows))
    rows = {slug: {**row, "actor": actors[slug]} for slug, row in SPANS.rows.items()}
    store(Membership, rows, organisation=bloc, role="member", status="active")
    assert slugs_of(Actor.objects.members_of(bloc, on=date)) == SPANS.answers[date]


def test_it_narrows_what_was_asked_before():
    actors = store_world()
    Actor.objects.filter(slug="norland").update(document=None)
    members = Actor.objects.published().members_of(actors["the-league"])
    assert slugs_of(members) == ["ostland", "sudland"]


def test_a_date_without_a_body_is_refused(api):
    ActorFactory()
    answer = api.get("/api/v1/actors/?on=2020")
    assert answer.status_code == 400
    assert list(problem_reasons(answer)) == ["on"]


def test_members_are_asked_for_on_a_date(api):
    bloc = MembershipFactory(since="1994", until="2012", status="former").organisation
    at = {on: api.get(f"/api/v1/actors/?member_of={bloc.slug}&on={on}") for on in ("2000", "2020")}
    assert [answer.json()["count"] for answer in at.values()] == [1, 0]


def test_a_draft_membership_makes_nobody_a_member(api):
    bloc = ActorFactory()
    MembershipFactory(organisation=bloc, publication="draft")
    assert api.get(f"/api/v1/actors/?member_of={bloc.slug}").json()["count"] == 0
    assert api.get(f"/api/v1/actors/?member_of__not={bloc.slug}").json()["count"] == 2

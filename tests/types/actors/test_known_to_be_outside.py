"""Actors of which it is recorded that they are no members; silence is no record."""

import pytest

from apps.actors.models import Actor
from tests.support.seeding import load_curated_data
from tests.types.actors.test_members_of import store_world
from tests.types.tables import answered_slugs, slugs_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("bodies", "on", "expected"),
    [
        (["the-league"], "", ["midland", "westland"]),  # a candidate and an observer
        (["the-league"], "1990", ["midland", "norland", "ostland", "sudland", "westland"]),
        (["the-league"], "1993", ["midland", "norland", "ostland", "westland"]),
        (["the-league"], "1994", ["midland", "ostland", "westland"]),
        (["the-league"], "2002", ["midland", "ostland", "sudland", "westland"]),  # it had left
        (["the-league"], "2005-01", ["midland", "ostland", "westland"]),  # it may be back
        (["the-bloc"], "1993", ["norland", "westland"]),
        (["the-league", "the-bloc"], "1993", ["norland", "westland"]),  # recorded in both
        (["the-league", "the-league"], "1993", ["midland", "norland", "ostland", "westland"]),
        (["the-union"], "", []),
        (["farland"], "", []),
    ],
)
def test_who_is_recorded_there_otherwise_or_at_another_time(bodies, on, expected):
    actors = store_world()
    dates = {"on": on} if on else {}
    asked = [actors[body] for body in bodies]
    assert slugs_of(Actor.objects.known_to_be_outside(*asked, **dates)) == expected


def test_negated_membership_answers_these_and_counts_all_of_whom_nothing_is_recorded(api):
    actors = store_world()
    answer = api.get("/api/v1/actors/?member_of__not=the-league&on=1993").json()
    outside = ["midland", "norland", "ostland", "westland"]
    assert [row["slug"] for row in answer["results"]] == outside
    silent = len(actors) - len(outside) - len(["sudland"])  # drafts say nothing
    assert answer["left_out"]["unknown"] == {"memberships": silent}
    asked = "actors/?member_of__not=the-league&on=1993&also=unknown.memberships"
    assert answered_slugs(api, asked) == sorted({*actors} - {"sudland"})


def test_of_several_bodies_none(api):
    store_world()
    asked = "actors/?member_of__not=the-league&member_of__not=the-bloc&on=1993"
    assert answered_slugs(api, asked) == ["norland", "westland"]


def test_in_the_curated_data_only_observers_are_known_to_be_outside(api):
    """Of Turkey and China nothing is recorded there, and nothing says that the list is whole."""
    load_curated_data()
    asked = "actors/?kind=state&member_of__not=eurasian-economic-union"
    assert answered_slugs(api, asked) == ["india", "uzbekistan"]

"""Who may be a member on a date: what `member_of` cannot exclude, counted as left out."""

import pytest

from apps.actors.models import Actor
from tests.types.actors.test_members_of import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, ["norland", "ostland", "sudland"]),
        # Without a date of the beginning nobody is excluded by an earlier one; with one, whoever
        # began later is.
        ({"on": "1990"}, []),
        ({"on": "1991"}, ["sudland"]),
        ({"on": "1993"}, ["sudland"]),
        # That of 2005 may have begun in January, that of 2010 may not have begun before 2010.
        ({"on": "2005-01"}, ["norland", "sudland"]),
        ({"on": "2010-01-01"}, ["norland", "ostland", "sudland"]),
        ({"on__certain": "2005-01"}, ["norland", "sudland"]),
        ({"on__possible": "2005-01"}, ["norland", "sudland"]),
        # Both dates have to be possible of the same membership.
        ({"on": "2005-01", "on__possible": "2010-01"}, ["norland", "sudland"]),
        ({"on": "1993", "on__possible": "1990"}, []),
    ],
)
def test_whom_no_evidence_excludes(dates, expected):
    league = store_world()["the-league"]
    assert slugs_of(Actor.objects.possibly_members_of(league, **dates)) == expected


def test_the_looser_question_finds_whatever_the_stricter_ones_find():
    league = store_world()["the-league"]
    for year in ("1991", "1999", "2005-01", "2012"):
        possible = set(slugs_of(Actor.objects.possibly_members_of(league, on=year)))
        assert set(slugs_of(Actor.objects.members_of(league, on=year))) <= possible
        assert set(slugs_of(Actor.objects.members_of(league, on__certain=year))) <= possible


def test_whoever_is_only_possible_is_counted_as_left_out(api):
    store_world()
    answer = api.get("/api/v1/actors/?member_of=the-league&on=2005-01").json()
    assert [row["slug"] for row in answer["results"]] == ["norland"]
    assert answer["left_out"]["undated"] == 1

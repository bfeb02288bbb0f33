"""Corridors in operation on a day: opened by its end, not closed before its beginning."""

import pytest

from apps.corridors.models import Corridor
from tests.types.corridors.factories import CorridorFactory
from tests.types.tables import read_table, slugs_of, store

pytestmark = pytest.mark.django_db

# What opens counts from the first day that its date may mean, what closes lasts to the last.
CORRIDORS = read_table("""
case            opened_on   closed_on  | 2005 2006-01-01 2006-06? 2006-22 2017 2018-01 2018/..
on-a-day        2006-06-30  -          | -    -          yes      yes     yes  yes     yes
in-a-month      2006-06     -          | -    -          yes      yes     yes  yes     yes
in-autumn       2006-23     -          | -    -          -        -       yes  yes     yes
in-a-year       2006        -          | -    yes        yes      yes     yes  yes     yes
perhaps         2006-01-01? -          | -    yes        yes      yes     yes  yes     yes
some-year       2005/2007   -          | yes  yes        yes      yes     yes  yes     yes
by-then         ../2017     -          | yes  yes        yes      yes     yes  yes     yes
from-then       2006-07/..  -          | -    -          -        yes     yes  yes     yes
closed-on-a-day 2000        2006-06-01 | yes  yes        yes      yes     -    -       -
closed-in-month 2000        2006-06    | yes  yes        yes      yes     -    -       -
closed-in-2017  2000        2017~      | yes  yes        yes      yes     yes  -       -
closed-winter   2000        2017-24%   | yes  yes        yes      yes     yes  -       -
closed-since    2000        2005/..    | yes  yes        yes      yes     yes  yes     yes
closed-by-then  2000        ../2005    | yes  -          -        -       -    -       -
for-a-day       2006-06-01  2006-06-01 | -    -          yes      yes     -    -       -
undated         -           -          | -    -          -        -       -    -       -
only-closed     -           2017       | -    -          -        -       -    -       -
""")


@pytest.mark.parametrize("date", CORRIDORS.answers)
def test_a_corridor_operates_from_its_opening_to_its_closing(date):
    store(Corridor, CORRIDORS.rows, status="proposed")
    assert slugs_of(Corridor.objects.operating_on(date)) == CORRIDORS.answers[date]


# Where no source dates the opening, the status decides whether it was ever open.
UNDATED = read_table("""
case               status             closed_on | 1950 2006 2007-01-01
operating          operating          -         | yes  yes  yes
partly-operating   partly_operating   -         | yes  yes  yes
closed             operating          2006      | yes  yes  -
suspended          suspended          -         | -    -    -
proposed           proposed           -         | -    -    -
negotiating        negotiating        -         | -    -    -
agreed             agreed             -         | -    -    -
under-construction under_construction -         | -    -    -
abandoned          abandoned          2006      | -    -    -
""")  # those of 1950: domain.md 6 will change this


@pytest.mark.parametrize("date", UNDATED.answers)
def test_without_a_date_of_opening_the_status_decides(date):
    store(Corridor, UNDATED.rows)
    assert slugs_of(Corridor.objects.operating_on(date)) == UNDATED.answers[date]


def test_a_dated_opening_goes_before_the_status():
    store(Corridor, ["a"], status="operating", opened_on="2006")
    assert slugs_of(Corridor.objects.operating_on("2005")) == []
    assert slugs_of(Corridor.objects.operating_on("2006")) == ["a"]


def test_readers_ask_for_it_of_what_is_published(api):
    CorridorFactory(slug="open", opened_on="2006")
    CorridorFactory(slug="not-yet", opened_on="2008")
    CorridorFactory(slug="a-draft", opened_on="2006", publication="draft")
    answer = api.get("/api/v1/corridors/?operating_on=2007").json()
    assert [record["slug"] for record in answer["results"]] == ["open"]

"""Transfers of a year: ordered or delivered, possibly, on some day of it."""

import pytest

from apps.actors.models import Actor
from apps.arms_transfers.models import ArmsTransfer
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.tables import read_table, slugs_of, store

pytestmark = pytest.mark.django_db

TRANSFERS = read_table("""
case              ordered_on delivered_on | 2015 2016 2016-06? 2016-12-31 2017-22 2018/.. ../2014
ordered-in-year   2016       -            | -    yes  yes      yes        -       -       -
ordered-on-a-day  2016-12-31 -            | -    yes  -        yes        -       -       -
ordered-perhaps   2016-06~   -            | -    yes  yes      -          -       -       -
ordered-in-winter 2016-24    -            | -    yes  -        yes        -       -       -
ordered-in-span   2015/2016  -            | yes  yes  yes      yes        -       -       -
ordered-by-then   ../2015-06 -            | yes  -    -        -          -       -       yes
ordered-after     2016-07/.. -            | -    yes  -        yes        yes     yes     -
delivered-in-year -          2017         | -    -    -        -          yes     -       -
delivered-on-day  -          2016-12-31   | -    yes  -        yes        -       -       -
delivered-in-span -          2016-12/2018 | -    yes  -        yes        yes     yes     -
delivered-by-then -          ../2014-12   | -    -    -        -          -       -       yes
delivered-from    -          2018-02%/..  | -    -    -        -          -       yes     -
both              2015       2018         | yes  -    -        -          -       yes     -
both-in-a-year    2016-03    2016-06      | -    yes  yes      -          -       -       -
too-early         1999       2000-01/2001 | -    -    -        -          -       -       yes
undated           -          -            | -    -    -        -          -       -       -
""")  # both: between order and delivery is neither


def store_transfers(**usual) -> None:
    """Store the transfers of the table, all between the same two states."""
    actors = store(Actor, ["norland", "sudland"])
    sides = {"supplier": actors["norland"], "recipient": actors["sudland"]}
    store(ArmsTransfer, TRANSFERS.rows, **sides, weapon_category="ships", **usual)


@pytest.mark.parametrize("year", TRANSFERS.answers)
def test_transfers_ordered_or_delivered_on_some_day_of_the_year(year):
    store_transfers(status="delivered")
    assert slugs_of(ArmsTransfer.objects.in_year(year)) == TRANSFERS.answers[year]


@pytest.mark.parametrize("status", ["proposed", "cancelled"])
def test_the_dates_decide_whatever_the_status(status):
    store_transfers(status=status)
    assert slugs_of(ArmsTransfer.objects.in_year("2016")) == TRANSFERS.answers["2016"]


def test_readers_ask_for_it_of_what_is_published(api):
    ArmsTransferFactory(slug="in-time", ordered_on="2016")
    ArmsTransferFactory(slug="too-late", ordered_on="2017")
    ArmsTransferFactory(slug="a-draft", ordered_on="2016", publication="draft")
    answer = api.get("/api/v1/arms-transfers/?year=2016").json()
    assert [record["slug"] for record in answer["results"]] == ["in-time"]

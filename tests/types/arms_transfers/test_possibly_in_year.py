"""Transfers of which it is not known that they are of other years: an order or delivery undated."""

import pytest

from apps.actors.models import Actor
from apps.arms_transfers.models import ArmsTransfer
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.tables import read_table, slugs_of, store

pytestmark = pytest.mark.django_db

TRANSFERS = read_table("""
case               ordered_on delivered_on | 2015 2016 2018
undated            -          -            | yes  yes  yes
ordered-in-2016    2016       -            | yes  yes  yes
delivered-in-2016  -          2016         | yes  yes  yes
ordered-by-2016    2015/2016  2016         | yes  yes  -
both               2015       2018         | yes  -    yes
both-in-2016       2016-03    2016-06      | -    yes  -
""")


@pytest.mark.parametrize("year", TRANSFERS.answers)
def test_what_is_known_of_other_years_is_excluded_and_nothing_else(year):
    actors = store(Actor, ["norland", "sudland"])
    sides = {"supplier": actors["norland"], "recipient": actors["sudland"]}
    store(ArmsTransfer, TRANSFERS.rows, **sides, weapon_category="ships", status="delivered")
    possible = ArmsTransfer.objects.possibly_in_year(year)
    assert slugs_of(possible) == TRANSFERS.answers[year]
    assert set(slugs_of(ArmsTransfer.objects.in_year(year))) <= set(slugs_of(possible))


def test_what_is_only_possible_is_counted_as_left_out(api):
    ArmsTransferFactory(slug="in-time", ordered_on="2016", delivered_on="2017")
    ArmsTransferFactory(slug="too-late", ordered_on="2017", delivered_on="2017")
    ArmsTransferFactory(slug="perhaps", ordered_on="2017", delivered_on=None)
    answer = api.get("/api/v1/arms-transfers/?year=2016").json()
    assert [record["slug"] for record in answer["results"]] == ["in-time"]
    assert answer["left_out"] == {"undated": 1, "how": {"undated": "also=undated"}}
    other = api.get("/api/v1/arms-transfers/?year__not=2016").json()
    assert [record["slug"] for record in other["results"]] == ["too-late"]
    assert other["left_out"] == answer["left_out"]

"""Corridors in operation on a date: as the sources stand, certainly, possibly."""

import pytest

from apps.corridors.models import Corridor
from tests.support.seeding import load_curated_data
from tests.types.corridors.factories import CorridorFactory
from tests.types.tables import answered_slugs, assert_strengths, read_strengths, store

pytestmark = pytest.mark.django_db

# It operates from its opening to its closing; what the status alone says, it says of the day on
# which an article came out, and unknown is not always.
CORRIDORS = read_strengths("""
case        status           opened_on  closed_on  said | 1950 2006-06-01 2006-06-30 2020
on-a-day    operating        2006-06-30 -          -    | - - stands stands
in-a-month  operating        2006-06    -          -    | - possible stands stands
partly      partly_operating 2006-06    -          -    | - possible stands stands
for-a-day   suspended        2006-06-01 2006-06-01 -    | - certain - -
closed      abandoned        2000       2018       -    | - certain certain -
suspended   suspended        2000       - suspended@2018-06    | - stands stands -
abandoned   abandoned        2000       - abandoned@2018-06    | - stands stands -
seen        operating        -          - operating@2006-06-30 | possible possible certain stands
seen-partly partly_operating -          - @2006-06-30          | possible possible certain stands
said-partly operating        - - partly_operating@2006-06-30   | possible possible certain stands
unknown     operating        -          -          -    | possible possible possible possible
only-closed abandoned        -          2018       -    | possible possible possible -
""")


def test_a_corridor_operates_from_its_opening_to_its_closing(api):
    store(Corridor, CORRIDORS["stands"].rows)
    assert_strengths(api, "corridors/?operating_on", CORRIDORS)


@pytest.mark.parametrize("status", ["proposed", "negotiating", "agreed", "under_construction"])
def test_what_is_not_built_does_not_operate_not_even_possibly(api, status):
    rows = {"never": {}, "said-to": {"said": "operating@2018"}, "opened": {"opened_on": "2006"}}
    store(Corridor, rows, status=status, established_on="2000")
    assert answered_slugs(api, "corridors/?operating_on__possible=2020") == ["opened"]


def test_readers_ask_for_it_of_what_is_published(api):
    CorridorFactory(slug="open", opened_on="2006")
    CorridorFactory(slug="not-yet", opened_on="2008")
    CorridorFactory(slug="a-draft", opened_on="2006", publication="draft")
    assert answered_slugs(api, "corridors/?operating_on=2007") == ["open"]


def test_in_the_curated_data_no_corridor_is_known_to_have_operated_in_1950(api):
    """No opening is dated: those that operate are attested from 2020 on, none for 1950."""
    load_curated_data()
    assert answered_slugs(api, "corridors/?operating_on=1950") == []
    assert answered_slugs(api, "corridors/?operating_on__certain=1950") == []
    possible = answered_slugs(api, "corridors/?operating_on__possible=1950")
    operating = answered_slugs(api, "corridors/?status=operating&status=partly_operating")
    # Nobody said when it stopped either, only that it did.
    assert possible == sorted([*operating, "nord-stream-1"])
    # Idle by the only article that knows of it, and out of use by general knowledge.
    assert set(operating) - set(answered_slugs(api, "corridors/?operating_on=2026-06")) == {
        "blue-stream"
    }

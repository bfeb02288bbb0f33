"""Records that hold on a date as the sources stand: begun, and not said to be over, by then."""

import pytest

from apps.actors.models import Membership
from tests.core.holding.spans import BEGINNINGS, DATES, DATES_OF_ENDS, ENDS, store_spans
from tests.types.tables import Table, slugs_of

pytestmark = pytest.mark.django_db


def assert_answer(table: Table, date: str) -> None:
    """The records of the table that are found are those that it names."""
    assert slugs_of(Membership.objects.holding_on(date)) == table.answers[date]


@pytest.mark.parametrize("date", BEGINNINGS["stands"].answers)
def test_when_they_begin(date):
    store_spans(BEGINNINGS["stands"], status="active", until="2010")
    assert_answer(BEGINNINGS["stands"], date)


@pytest.mark.parametrize("date", ENDS["stands"].answers)
def test_when_they_end(date):
    store_spans(ENDS["stands"], since="1990")
    assert_answer(ENDS["stands"], date)


@pytest.mark.parametrize("table", [DATES["stands"], DATES_OF_ENDS["stands"]])
def test_on_some_day_of_the_date(table):
    store_spans(table, status="ended")
    for date in table.answers:
        assert_answer(table, date)

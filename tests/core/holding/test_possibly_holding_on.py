"""Records that possibly hold on a date: no evidence says that they do not."""

import pytest

from apps.actors.models import Membership
from tests.core.holding.spans import BEGINNINGS, DATES, DATES_OF_ENDS, ENDS, store_spans
from tests.types.tables import Table, slugs_of

pytestmark = pytest.mark.django_db


def assert_answer(table: Table, date: str) -> None:
    """The records of the table that are found are those that it names."""
    assert slugs_of(Membership.objects.possibly_holding_on(date)) == table.answers[date]


@pytest.mark.parametrize("date", BEGINNINGS["possible"].answers)
def test_when_they_begin(date):
    store_spans(BEGINNINGS["possible"], status="active", until="2010")
    assert_answer(BEGINNINGS["possible"], date)


@pytest.mark.parametrize("date", ENDS["possible"].answers)
def test_when_they_end(date):
    store_spans(ENDS["possible"], since="1990")
    assert_answer(ENDS["possible"], date)


@pytest.mark.parametrize("table", [DATES["possible"], DATES_OF_ENDS["possible"]])
def test_on_some_day_of_the_date(table):
    store_spans(table, status="ended")
    for date in table.answers:
        assert_answer(table, date)

"""`during` is the older name of `on` for memberships, with the same twins."""

import pytest

from tests.types.actors.spans import STATUSES, UNDATED, store_memberships
from tests.types.tables import assert_strengths

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tables", [STATUSES, UNDATED])
def test_memberships_that_lasted_on_some_day_of_the_date(api, tables):
    store_memberships(tables["stands"])
    assert_strengths(api, "memberships/?during", tables)

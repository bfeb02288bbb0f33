"""Records with a row in a list that meets all conditions together; none comes twice."""

import pytest

from apps.agreements.models import Agreement
from tests.core.worlds import store_parties
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

WITH_NORLAND = ["a-broker", "a-party", "both-in-one-row-each", "twice"]


def test_one_row_meets_all_conditions():
    norland = store_parties()
    matches = Agreement.objects.having_part("parties", actor=norland, role="party")
    assert slugs_of(matches) == ["a-party", "twice"]


def test_two_calls_may_be_met_by_two_rows():
    norland = store_parties()
    matches = Agreement.objects.having_part("parties", actor=norland).having_part(
        "parties", role="party"
    )
    assert slugs_of(matches) == ["a-party", "both-in-one-row-each", "twice"]


def test_two_rows_that_meet_it_find_the_record_once():
    assert slugs_of(Agreement.objects.having_part("parties", actor=store_parties())) == WITH_NORLAND


def test_without_a_condition_any_row_will_do():
    store_parties()
    assert slugs_of(Agreement.objects.having_part("parties")) == WITH_NORLAND

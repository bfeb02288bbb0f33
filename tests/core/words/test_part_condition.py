"""The condition that a list has a row, to be joined with others by `|`, `&` and `~`."""

import pytest
from django.db.models import Q

from apps.agreements.models import Agreement
from tests.core.worlds import store_parties
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def test_conditions_are_joined_by_or():
    store_parties()
    records = Agreement.objects.all()
    is_nobodys = ~records.part_condition("parties")
    matches = records.filter(is_nobodys | records.part_condition("parties", role="broker"))
    assert slugs_of(matches) == ["a-broker", "both-in-one-row-each", "of-nobody", "twice"]


def test_a_condition_that_stands_ready_is_met_by_the_same_row():
    norland = store_parties()
    ready = Q(role="party") | Q(role="witness")
    records = Agreement.objects.all()
    assert slugs_of(records.filter(records.part_condition("parties", ready, actor=norland))) == [
        *("a-party", "twice"),
    ]
    assert slugs_of(records.filter(records.part_condition("parties", ready))) == [
        *("a-party", "both-in-one-row-each", "twice"),
    ]

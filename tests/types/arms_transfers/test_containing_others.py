"""Transfers that are never added to others: aggregates, and what a line names as its whole."""

import pytest

from apps.arms_transfers.models import ArmsTransfer
from tests.types.arms_transfers.lines import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def test_aggregates_and_what_a_published_line_is_part_of():
    store_world()
    wholes = ["a-deal", "a-drafted-sum", "a-sum", "a-sum-without-lines"]
    assert slugs_of(ArmsTransfer.objects.containing_others()) == wholes


def test_readers_learn_nothing_of_drafts_by_what_is_whole():
    """A deal of which only a draft is part stays a line to be counted."""
    store_world()
    published = ArmsTransfer.objects.published()
    assert slugs_of(published.containing_others()) == ["a-deal", "a-sum", "a-sum-without-lines"]


def test_a_whole_is_one_though_the_line_itself_was_not_asked_for():
    store_world()
    asked = ArmsTransfer.objects.filter(slug__in=["a-deal", "alone"])
    assert slugs_of(asked.containing_others()) == ["a-deal"]

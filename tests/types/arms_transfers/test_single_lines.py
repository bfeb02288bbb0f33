"""Transfers without the aggregates: what may be counted together."""

import pytest

from apps.arms_transfers.models import ArmsTransfer
from tests.types.arms_transfers.lines import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def test_whatever_is_no_aggregate_is_a_line():
    store_world()
    assert slugs_of(ArmsTransfer.objects.single_lines()) == [
        *("a-deal", "a-deal-with-a-draft", "a-deal-with-a-withdrawn-line", "alone"),
        *("drafted-line", "line-of-a-deal", "line-of-a-sum"),
        *("other-line-of-a-deal", "withdrawn-line"),
    ]


def test_it_narrows_what_was_asked_before():
    store_world()
    drafts = ArmsTransfer.objects.filter(publication="draft")
    assert slugs_of(drafts.single_lines()) == ["drafted-line"]


def test_a_list_leaves_aggregates_out_unless_asked(api):
    store_world()
    every = ArmsTransfer.objects.published()
    usual = api.get("/api/v1/arms-transfers/").json()["count"]
    assert usual == every.single_lines().count() == every.count() - 2

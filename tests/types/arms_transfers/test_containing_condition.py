"""Transfers that are never added to others of an answer: those that contain any of these."""

import pytest
from django.db import connection

from apps.arms_transfers.models import ArmsTransfer
from tests.types.arms_transfers.lines import PARTS, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def wholes_among(transfers) -> list[str]:
    """The slugs of the transfers that contain others of them."""
    return slugs_of(transfers.filter(transfers.containing_condition()))


def test_what_a_published_line_is_part_of_whether_it_is_marked_or_not():
    store_world()
    published = ArmsTransfer.objects.published()
    assert wholes_among(published) == [
        *("a-deal", "a-deal-in-a-sum", "a-sum", "a-sum-of-all", "a-sum-of-sums"),
    ]


def test_an_aggregate_without_parts_contains_nothing():
    store_world()
    asked = ArmsTransfer.objects.filter(is_aggregate=True)
    assert "a-sum-without-lines" not in wholes_among(asked)


def test_most_transfers_cost_one_look_into_an_index():
    """Whether anything is part of it is known from the index alone, before anything is read."""
    published = ArmsTransfer.objects.published()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would rather read a small table whole
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = published.filter(~published.containing_condition()).order_by("pk")[:50].explain()
    index = "INDEX arms_transfers_armstransfer_part_of_id_c5a44f1d (part_of_id=?)"
    if connection.vendor == "postgresql":
        assert "using arms_transfers_armstransfer_part_of_id_c5a44f1d" in plan
    else:
        assert f"SEARCH U0 USING COVERING {index}" in plan
        assert plan.count("CORRELATED") == 3  # it, those asked for, and what is below it
        assert "SCAN U" not in plan
        assert "SCAN node" not in plan


def test_readers_learn_nothing_of_drafts_by_what_is_whole():
    """A deal of which only a draft is part stays a line to be counted."""
    store_world()
    assert "a-deal-with-a-draft" in wholes_among(ArmsTransfer.objects.all())
    assert "a-deal-with-a-draft" not in wholes_among(ArmsTransfer.objects.published())


@pytest.mark.parametrize("line", ["line-of-a-deal", "other-line-of-a-deal", None])
def test_it_is_a_whole_only_beside_a_part_that_was_asked_for(line):
    store_world()
    asked = ArmsTransfer.objects.filter(slug__in=["a-deal", "alone", line])
    assert wholes_among(asked) == (["a-deal"] if line else [])


@pytest.mark.parametrize(
    ("whole", "distance"),
    [("a-deal-in-a-sum", 1), ("a-sum", 2), ("a-sum-of-sums", 3), ("a-sum-of-all", 4)],
)
def test_a_part_of_a_part_is_a_part_though_what_is_between_was_not_asked_for(whole, distance):
    store_world()
    line = "line-of-a-deal-in-a-sum"
    for _ in range(distance - 1):
        line = PARTS[line]
    assert PARTS[line] == whole
    asked = ArmsTransfer.objects.filter(slug__in=[whole, "line-of-a-deal-in-a-sum", "alone"])
    assert wholes_among(asked) == [whole]

"""When a record holds: what of its sources counts, and how documents and columns show it."""

from datetime import date
from typing import Any

import pytest

from apps.actors.models import Actor, Membership
from apps.articles.models import Article
from apps.core.holding import HeldDays
from apps.core.holds_field import HoldsField
from apps.corridors.models import Corridor
from tests.core.holding.spans import BEGINNINGS, ENDS, store_spans
from tests.types.tables import GENERAL, store

pytestmark = pytest.mark.django_db
FIELD: Any = Membership.holding
UNKNOWN = HeldDays(date.min, None, None, date.max, date.max)


def store_membership(**values: str) -> Membership:
    """A membership as a row of a table says."""
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"], "role": "member"}
    return store(Membership, {"a": values}, **sides)["a"]


@pytest.mark.parametrize(
    ("status", "said", "attested"),
    [
        ("active", "active@2000-05-01", True),
        ("active", "frozen@2000-05-01", True),  # another word that means ongoing
        ("active", "alleges:active@2000-05-01", True),
        ("active", "estimates:@2000-05-01", True),
        ("active", "denies:active@2000-05-01", False),
        ("active", "disputes:@2000-05-01", False),
        ("active", "withdrawn@2000-05-01", False),
        ("active", "disputed@2000-05-01", False),
        # One article: what it says of the status goes before its naming the record.
        ("active", "@2000-05-01,disputed@2000-05-01", False),
        ("active", "@2000-05-01,disputed@2000-05-01,active@2000-05-01", True),
        ("active", "@2000-05-01,denies:active@2000-05-01", False),
        ("active", "@2000-05-01,denies:withdrawn@2000-05-01", True),
        ("active", "disputes:@2000-05-01,@2000-05-01", True),
        # Two articles speak each for itself.
        ("active", "denies:active@1999,@2000-05-01", True),
        ("active", "withdrawn@1999,@2000-05-01", True),
        # To name what is over, or in doubt, does not say that it was going on.
        ("ended", "@2000-05-01", False),
        ("disputed", "@2000-05-01", False),
        ("disputed", "active@2000-05-01", True),
        ("active", "active@undated", False),
        ("active", f"active@{GENERAL}", False),
        ("active", f"@{GENERAL}", False),
    ],
)
def test_what_a_source_says_counts_for_the_day_on_which_it_came_out(status, said, attested):
    day = date(2000, 5, 1) if attested else None
    days = FIELD.find_days(store_membership(status=status, said=said))
    assert (days.certain_from, days.certain_until) == (day, day)


def test_to_name_what_is_over_does_not_say_that_it_was_over_then():
    named = store_membership(status="ended", said=f"@2000,ended@undated,ended@{GENERAL}")
    assert FIELD.find_days(named).possible_until == date.max


def test_nothing_is_known_without_dates_and_sources():
    assert FIELD.find_days(store_membership(status="active")) == UNKNOWN


def test_a_citation_of_another_field_attests_nothing():
    membership = store_membership(status="active", said="@2000")
    membership.citations.update(field="since")
    assert FIELD.find_days(membership) == UNKNOWN


def test_documents_have_no_days_for_what_is_open_or_not_known():
    blank = dict.fromkeys(("possible_from", "certain_from", "certain_until", "possible_until"))
    assert UNKNOWN.as_document() == blank
    known = HeldDays(*(date(2000 + number, 1, 2) for number in range(5)))
    days = ["2000-01-02", "2001-01-02", "2002-01-02", "2003-01-02"]
    assert list(known.as_document().values()) == days


def test_what_has_not_begun_has_no_days_at_all():
    field: Any = Corridor.holding
    days = field.find_days(store(Corridor, ["a"], status="proposed")["a"])
    assert days is None
    assert set(field.column_values(days).values()) == {None}


@pytest.mark.parametrize("table", [BEGINNINGS["stands"], ENDS["stands"]])
def test_the_days_stand_in_their_order(table):
    """So that whoever meets a strength meets those before it."""
    store_spans(table, **({"since": "1990"} if "since" not in table.rows["in-a-month"] else {}))
    for record in Membership.objects.all():
        days = FIELD.find_days(record)
        assert days.possible_from <= (days.certain_from or date.max), record
        assert (days.certain_until or date.min) <= days.possible_until, record
        assert (days.certain_until or date.min) <= (days.presumed_until or date.min), record
        assert (days.presumed_until or date.min) <= days.possible_until, record


def test_columns_and_document_come_from_the_same_days():
    membership = store_membership(status="active", since="1994-05", said="active@2000-05-01")
    assert membership.holds == {
        "possible_from": "1994-05-01",
        "certain_from": "1994-05-31",
        "certain_until": "2000-05-01",
        "possible_until": None,
    }
    assert membership.holds_possible_from == date(1994, 5, 1)
    assert membership.holds_certain_from == date(1994, 5, 31)
    assert membership.holds_certain_until == date(2000, 5, 1)
    assert membership.holds_possible_until == membership.holds_presumed_until == date.max


def test_the_declaration_explains_itself():
    field = HoldsField(
        begins="since", ends="until", ongoing=["active"], over=["ended"], asked_by={"on": ""}
    )
    for word in ("since", "until", "active", "ended", "asked for by on", "certain_from"):
        assert word in field.help_text


def test_a_type_without_spans_holds_nothing():
    assert Article.holding is None

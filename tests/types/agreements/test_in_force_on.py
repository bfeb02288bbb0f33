"""Agreements in force on a day: begun by its end, not ended or expired before its beginning."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.factories import AgreementFactory
from tests.types.tables import read_table, slugs_of, store

pytestmark = pytest.mark.django_db

# What begins counts from the first day that its date may mean.
BEGINNINGS = read_table("""
case           entered_into_force_on | 1994-05-11 ../1994-05-11 1994-05-12 1994-05? 1994 2004-22
on-a-day       1994-05-12            | -          -             yes        yes      yes  yes
in-a-month     1994-05               | yes        yes           yes        yes      yes  yes
in-a-season    1994-22               | -          -             -          -        yes  yes
perhaps        1994-05-12?           | -          -             yes        yes      yes  yes
about          1994-05~              | yes        yes           yes        yes      yes  yes
perhaps-about  1994-22%              | -          -             -          -        yes  yes
by-then        ../1994               | yes        yes           yes        yes      yes  yes
between-years  1993/1996             | yes        yes           yes        yes      yes  yes
from-then-on   1994-06/..            | -          -             -          -        yes  yes
on-the-last    1994-12-31            | -          -             -          -        yes  yes
on-no-known    -                     | -          -             -          -        -    -
""")


@pytest.mark.parametrize("date", BEGINNINGS.answers)
def test_an_agreement_is_in_force_from_the_day_on_which_it_enters(date):
    store(Agreement, BEGINNINGS.rows, status="signed")
    assert slugs_of(Agreement.objects.in_force_on(date)) == BEGINNINGS.answers[date]


# What ends lasts to the last day that its date may mean; of two ends the earlier counts.
ENDS = read_table("""
case          ended_on    expires_on  | 2001-12-31 2002-01-01 2002-06-30 2002-07-01 2002-06/..
on-a-day      2002-01-01  -           | yes        yes        -          -          -
in-a-month    2002-06     -           | yes        yes        yes        -          yes
about         2001~       -           | yes        -          -          -          -
perhaps       2002-06-30? -           | yes        yes        yes        -          yes
after-that    2001/..     -           | yes        yes        yes        yes        yes
by-then       ../2001     -           | yes        -          -          -          -
by-its-term   -           2002-06-30  | yes        yes        yes        -          yes
in-december   -           2001-24     | yes        -          -          -          -
cut-short     2002-01-01  2010        | yes        yes        -          -          -
past-its-term 2010        2001-12-31  | yes        -          -          -          -
never         -           -           | yes        yes        yes        yes        yes
""")


@pytest.mark.parametrize("date", ENDS.answers)
def test_an_agreement_is_in_force_until_it_ends_or_expires(date):
    store(Agreement, ENDS.rows, status="signed", entered_into_force_on="1990")
    assert slugs_of(Agreement.objects.in_force_on(date)) == ENDS.answers[date]


def test_an_agreement_may_be_in_force_for_a_single_day():
    store(Agreement, ["short"], entered_into_force_on="2002-06-30", ended_on="2002-06-30")
    days = ["2002-06-29", "2002-06-30", "2002-07-01", "2002", "2002-22"]
    assert [day for day in days if Agreement.objects.in_force_on(day)] == [
        "2002-06-30",
        "2002",
        "2002-22",
    ]


# Where no source dates the entry into force, the signature does, and before it the agreement.
UNDATED = read_table("""
case             agreed_on signed_on  ended_on expires_on | 1994-04 1994-05-01 1994-05-12 1995 1997
signed-on-a-day  -         1994-05-12 -        -          | -       -          yes        yes  yes
signed-in-spring -         1994-21?   -        -          | yes     yes        yes        yes  yes
signed-later     1993      1994-05-12 -        -          | -       -          yes        yes  yes
only-agreed      1994-05   -          -        -          | -       yes        yes        yes  yes
ended            -         1994-05-12 1996     -          | -       -          yes        yes  -
expired          -         1994-05-12 -        1996       | -       -          yes        yes  -
undated          -         -          -        -          | -       -          -          -    -
""")


@pytest.mark.parametrize("date", UNDATED.answers)
def test_what_is_said_to_be_in_force_counts_from_its_signature(date):
    store(Agreement, UNDATED.rows, status="in_force")
    assert slugs_of(Agreement.objects.in_force_on(date)) == UNDATED.answers[date]


def test_a_dated_entry_goes_before_the_signature():
    store(Agreement, ["a"], status="in_force", signed_on="1994-05-12", entered_into_force_on="1996")
    assert slugs_of(Agreement.objects.in_force_on("1995")) == []
    assert slugs_of(Agreement.objects.in_force_on("1996-01-01")) == ["a"]


def test_without_a_dated_entry_no_other_status_counts():
    signed = {status: {"status": status} for status in Agreement.Status.values}
    rows = {status.replace("_", "-"): values for status, values in signed.items()}
    store(Agreement, rows, agreed_on="1993", signed_on="1994")
    assert slugs_of(Agreement.objects.in_force_on("1995")) == ["in-force"]


def test_with_a_dated_entry_every_status_counts():
    rows = {f"a-{n}": {"status": status} for n, status in enumerate(Agreement.Status.values)}
    store(Agreement, rows, entered_into_force_on="1994")  # domain.md 6 will change this
    assert slugs_of(Agreement.objects.in_force_on("1995")) == sorted(rows)


def test_readers_ask_for_it_of_what_is_published(api):
    AgreementFactory(slug="in-force", entered_into_force_on="1995")
    AgreementFactory(slug="not-yet", entered_into_force_on="1997")
    AgreementFactory(slug="a-draft", entered_into_force_on="1995", publication="draft")
    answer = api.get("/api/v1/agreements/?in_force_on=1996").json()
    assert [record["slug"] for record in answer["results"]] == ["in-force"]

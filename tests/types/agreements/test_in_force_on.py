"""Agreements in force on a date: as the sources stand, certainly, possibly."""

import pytest

from apps.agreements.models import Agreement
from tests.support.seeding import load_curated_data
from tests.types.agreements.factories import AgreementFactory
from tests.types.tables import answered_slugs, assert_strengths, read_strengths, store

pytestmark = pytest.mark.django_db
Kind, Status = Agreement.Kind, Agreement.Status

# It begins with its entry into force. Where no source dates that, an agreement that is said to be
# in force counts from its signature, and before that from when it was agreed.
BEGINNINGS = read_strengths("""
case            entered_into_force_on signed_on  agreed_on  | 1994-05-11 1994-05-12 1994-05-31
entered         1994-05-12            -          -          | -          stands     stands
entered-in-may  1994-05               -          -          | possible   possible   stands
entered-later   1994-05-12            1993       1992       | -          stands     stands
signed          -                     1994-05-12 -          | -          stands     stands
signed-in-may   -                     1994-05    -          | possible   possible   stands
signed-later    -                     1994-05-12 1993       | -          stands     stands
agreed          -                     -          1994-05-12 | -          stands     stands
undated         -                     -          -          | possible   possible   possible
""")


def test_what_is_said_to_be_in_force_begins_with_its_entry_or_signature(api):
    store(Agreement, BEGINNINGS["stands"].rows, kind="treaty", status="in_force")
    assert_strengths(api, "agreements/?in_force_on", BEGINNINGS)


# A signed treaty may have entered into force without a source that says so, but not before.
SIGNED = read_strengths("""
case            entered_into_force_on signed_on  agreed_on  | 1994-05-11 1994-05-12 1994-05-31
entered         1994-05-12            -          -          | -          stands     stands
signed          -                     1994-05-12 1993       | -          possible   possible
agreed          -                     -          1994-05-12 | -          possible   possible
undated         -                     -          -          | possible   possible   possible
""")


@pytest.mark.parametrize("status", [Status.AGREED, Status.SIGNED, Status.VIOLATED])
def test_what_is_only_said_to_be_signed_is_possibly_in_force(api, status):
    store(Agreement, SIGNED["stands"].rows, kind="treaty", status=status)
    assert_strengths(api, "agreements/?in_force_on", SIGNED)


# All entered into force in 1990. A term says until when at most, an end when in fact.
ENDS = read_strengths("""
case          status     ended_on   expires_on said | 2001-12-31 2002-01-01 2002-06-30 2002-07-01
ended         terminated 2002-06    -          -    | certain    certain    stands     -
ended-since   in_force   2002-06-30 -          -    | certain    certain    certain    -
expired       expired    -          2002-06-30 -    | certain    certain    certain    -
has-a-term    in_force   -          2002-06-30 -    | stands     stands     stands     -
seen          in_force   -          2010 @2002-01-01            | certain certain stands stands
cut-short     terminated 2002-01-01 2010       -    | certain    certain    -          -
past-its-term terminated 2010       2001-12-31 -    | stands     -          -          -
before-a-term terminated -          2010 terminated@2002-01-01  | stands possible - -
some-time     terminated -          2002-06-30 -    | possible   possible   possible   -
suspended     suspended  -          - suspended@2002-01-01      | stands possible - -
superseded    superseded -          - superseded@2002-01-01     | stands possible - -
violated      violated   -          - violated@2002-01-01       | stands stands stands stands
signed        signed     -          - signed@2002-01-01         | stands stands stands stands
""")


def test_it_ends_by_its_term_or_when_somebody_ends_it(api):
    store(Agreement, ENDS["stands"].rows, kind="treaty", entered_into_force_on="1990")
    assert_strengths(api, "agreements/?in_force_on", ENDS)


def test_it_may_be_in_force_for_a_single_day(api):
    dates = {"entered_into_force_on": "2002-06-30", "ended_on": "2002-06-30"}
    store(Agreement, ["short"], status="terminated", **dates)
    days = ["2002-06-29", "2002-06-30", "2002-07-01", "2002", "2002-22"]
    answers = {day: answered_slugs(api, f"agreements/?in_force_on__certain={day}") for day in days}
    assert [day for day in days if answers[day]] == ["2002-06-30", "2002", "2002-22"]


BY_WORD = {Kind.CEASEFIRE, Kind.DECLARATION, Kind.JOINT_STATEMENT}
BY_SIGNATURE = BY_WORD | {Kind.MEMORANDUM, Kind.PROTOCOL}


@pytest.mark.parametrize(
    ("status", "dates", "binding"),
    [
        (Status.SIGNED, {"signed_on": "1994-05-12"}, BY_SIGNATURE),
        (Status.VIOLATED, {"signed_on": "1994-05-12"}, BY_SIGNATURE),
        (Status.AGREED, {"agreed_on": "1994-05-12"}, BY_WORD),
        (Status.IN_FORCE, {"agreed_on": "1994-05-12"}, set(Kind)),
    ],
)
def test_some_kinds_bind_by_being_made(api, status, dates, binding):
    """`signed` alone does not exclude a ceasefire; of a treaty it says nothing of its entry."""
    store(
        Agreement, {kind.replace("_", "-"): {"kind": kind} for kind in Kind}, status=status, **dates
    )
    slugs = sorted(kind.replace("_", "-") for kind in binding)
    assert answered_slugs(api, "agreements/?in_force_on=1994-05-12") == slugs
    assert answered_slugs(api, "agreements/?in_force_on=1994-05-11") == []
    assert len(answered_slugs(api, "agreements/?in_force_on__possible=1994-05-12")) == len(Kind)


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.NEGOTIATING, Status.INITIALLED])
def test_what_is_not_concluded_is_not_in_force_not_even_possibly(api, status):
    rows = {"treaty": {"kind": "treaty"}, "ceasefire": {"kind": "ceasefire"}}
    store(Agreement, rows, status=status, agreed_on="1994", said="in_force@1995")
    assert answered_slugs(api, "agreements/?in_force_on__possible=1996") == []


def test_a_dated_entry_goes_before_the_status(api):
    rows = {f"a-{number}": {"status": status} for number, status in enumerate(Status)}
    store(Agreement, rows, kind="treaty", entered_into_force_on="1994", ended_on="1996")
    assert answered_slugs(api, "agreements/?in_force_on__certain=1995") == sorted(rows)


# What attests that it is in force: of a ceasefire that it is signed, of a treaty not.
ATTESTED = read_strengths("""
case           kind      status     said              | 1994    1999    2000-01-01 2001
ceasefire      ceasefire signed     signed@2000       | certain certain certain    stands
treaty         treaty    signed     signed@2000       | possible possible possible possible
treaty-seen    treaty    signed     in_force@2000     | possible possible possible stands
ended-fire     ceasefire terminated terminated@2000   | stands  stands  possible   -
ended-treaty   treaty    terminated terminated@2000   | possible possible possible -
""")


def test_what_attests_an_agreement_depends_on_its_kind(api):
    store(Agreement, ATTESTED["stands"].rows, signed_on="1994")
    assert_strengths(api, "agreements/?in_force_on", ATTESTED)


def test_each_kind_that_binds_by_itself_has_its_reason():
    for kind, rule in Agreement.BINDING_BY_THEMSELVES.items():
        assert kind in Kind
        assert len(rule.reason.split()) > 8


def test_readers_ask_for_it_of_what_is_published(api):
    AgreementFactory(slug="in-force", entered_into_force_on="1995")
    AgreementFactory(slug="not-yet", entered_into_force_on="1997")
    AgreementFactory(slug="a-draft", entered_into_force_on="1995", publication="draft")
    assert answered_slugs(api, "agreements/?in_force_on=1996") == ["in-force"]


def test_in_the_curated_data_the_ceasefire_of_2020_is_in_force(api):
    load_curated_data()
    asked = "agreements/?party=azerbaijan&in_force_on"
    certain = [
        "instc-agreement-2000",  # entered into force in May 2002, and is called in force in 2025
        "islamabad-declaration-2021",  # binds by its signature; cited as such in 2024 or later
        "karabakh-ceasefire-2020",  # the same, and in 2025
    ]
    # Signed in 1994; the article that calls it superseded came out in 2025.
    standing = ["bishkek-protocol-1994", *certain]
    assert answered_slugs(api, f"{asked}=2024") == standing
    assert answered_slugs(api, f"{asked}__certain=2024") == certain
    possible = answered_slugs(api, f"{asked}__possible=2024")
    assert set(possible) - set(standing) == {
        # Signed or agreed, and no source says whether they entered into force, or when.
        "azerbaijan-china-strategic-partnership",
        "azerbaijan-turkmenistan-naval-protection-agreement",
        "caspian-convention-2018",
        "pakistan-azerbaijan-jf-17-contract-2024",
    }

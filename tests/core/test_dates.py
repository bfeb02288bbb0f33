"""EDTF dates: which are taken, which are refused with what reason, and which days they mean."""

from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from apps.core import dates


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-01", date(2025, 1, 1), date(2025, 1, 31)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-02-11", date(2025, 2, 11), date(2025, 2, 11)),
        ("2025-01-01", date(2025, 1, 1), date(2025, 1, 1)),
        ("2025-12-31", date(2025, 12, 31), date(2025, 12, 31)),
        ("2011/2020", date(2011, 1, 1), date(2020, 12, 31)),
        ("2015-01/..", date(2015, 1, 1), date.max),
        ("../1991", date.min, date(1991, 12, 31)),
        ("2024-02?", date(2024, 2, 1), date(2024, 2, 29)),
        ("2020~", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-05%", date(2020, 5, 1), date(2020, 5, 31)),
        ("2024-02-29?", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-10/2024-12~", date(2024, 10, 1), date(2024, 12, 31)),
        ("2015-01?/..", date(2015, 1, 1), date.max),
        ("../1991-24%", date.min, date(1991, 12, 31)),
        ("2020-05-07/2020-05-07", date(2020, 5, 7), date(2020, 5, 7)),
        ("2024-21", date(2024, 3, 1), date(2024, 5, 31)),
        ("2024-22", date(2024, 6, 1), date(2024, 8, 31)),
        ("2024-23?", date(2024, 9, 1), date(2024, 11, 30)),
        ("2024-24", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-24/2025-21", date(2024, 12, 1), date(2025, 5, 31)),
        ("2020-06/2020", date(2020, 6, 1), date(2020, 12, 31)),
        ("2020/2020-06", date(2020, 1, 1), date(2020, 6, 30)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("17XX", date(1700, 1, 1), date(1799, 12, 31)),
        ("219X?", date(2190, 1, 1), date(2199, 12, 31)),
        ("1990-XX", date(1990, 1, 1), date(1990, 12, 31)),
        ("1990-XX-XX~", date(1990, 1, 1), date(1990, 12, 31)),
        ("2024-02-XX", date(2024, 2, 1), date(2024, 2, 29)),
        ("199X/2005-XX", date(1990, 1, 1), date(2005, 12, 31)),
        ("1985/", date(1985, 1, 1), date.max),
        ("/1985-04", date.min, date(1985, 4, 30)),
        ("1700", date(1700, 1, 1), date(1700, 12, 31)),
        ("2200", date(2200, 1, 1), date(2200, 12, 31)),
        ("2200-12-31", date(2200, 12, 31), date(2200, 12, 31)),
    ],
)
def test_what_days_a_date_may_mean(text, earliest, latest):
    assert dates.parse_edtf(text) == (earliest, latest)


NO_SIDE = "An interval needs a date on at least one side."
EXAMPLES = (
    "2025, 2025-02, 2025-02-11, 2011/2020, 2015-01/.., 199X, 2024-24, each with ?, ~ or % if unsure"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1985-02-29", "1985-02-29: February 1985 has no day 29."),
        ("2025-04-31?", "2025-04-31?: April 2025 has no day 31."),
        ("2025-01-32", "2025-01-32: January 2025 has no day 32."),
        ("2025-01-00", "2025-01-00: January 2025 has no day 0."),
        ("2025-13", "2025-13: there is no month or season 13."),
        ("2025-00", "2025-00: there is no month or season 00."),
        ("2025-00-01", "2025-00-01: there is no month or season 00."),
        ("2025-05/2025-00", "2025-00: there is no month or season 00."),
        ("2025-20", "2025-20: there is no month or season 20."),
        ("2025-25", "2025-25: there is no month or season 25."),
        ("2025-21-01", "2025-21-01: there is no month or season 21."),
        ("2025-24-01", "2025-24-01: there is no month or season 24."),
        ("2020/2011", "The interval 2020/2011 ends before it begins."),
        ("2020-05-02/2020-05-01", "The interval 2020-05-02/2020-05-01 ends before it begins."),
        ("1699", "The year 1699 lies outside 1700 to 2200."),
        ("2201", "The year 2201 lies outside 1700 to 2200."),
        ("0000", "The year 0 lies outside 1700 to 2200."),
        ("169X", "The year 1690 lies outside 1700 to 2200."),
        ("22XX", "The year 2299 lies outside 1700 to 2200."),
        ("1639-XX", "The year 1639 lies outside 1700 to 2200."),
        ("1639-05-XX", "The year 1639 lies outside 1700 to 2200."),
        ("2025-13-XX", "2025-13-XX: there is no month or season 13."),
        ("2025-21-XX", "2025-21-XX: there is no month or season 21."),
        *((text, NO_SIDE) for text in ("../..", "/", "../", "/..")),
        ("2020/2021/2022", f"“2021/2022” is not an EDTF date; write one like {EXAMPLES}."),
        ("", f"“” is not an EDTF date; write one like {EXAMPLES}."),
        ("a" * 41, f"“{'a' * 40}” is not an EDTF date; write one like {EXAMPLES}."),
    ],
)
def test_what_is_refused_says_why(text, reason):
    with pytest.raises(ValueError) as refused:
        dates.parse_edtf(text)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "text",
    [
        *("in February", "2025-2", "25", "20255", "199x", "2025-02-1", "2025-02-111", "20250211"),
        *("2025-02-11T10:00", "2020/2021/2022", "..", "2020..2021"),
        *("２０２５", "2025\n", " 2025", "2025 ", "-2025", "2025??", "?2025", "2025-?02", "2025!"),
        *("2025-02-?", "2025--02", "2025/..?", "open/2020", "199X-05", "199X-XX", "1XXX", "XXXX"),
        *("1990-XX-05", "1990-0X", "1990-05-1X", "19X0", "?/1990"),
    ],
)
def test_what_is_no_date_is_refused_as_none(text):
    with pytest.raises(ValueError, match="is not an EDTF date; write one like 2025, "):
        dates.parse_edtf(text)


def test_every_example_of_the_refusal_is_a_date():
    examples = dates.EXAMPLE_DATES.partition(", each with ")[0].split(", ")
    assert len(examples) == 7
    for text in examples:
        assert dates.parse_edtf(text)
        if "/" not in text:
            assert {dates.parse_edtf(f"{text}{sign}") for sign in "?~%"} == {dates.parse_edtf(text)}


def test_a_span_names_its_two_days():
    span = dates.parse_edtf("2011/2020")
    assert (span.earliest, span.latest) == (date(2011, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2024, 2, 29), date(2024, 2, 28), date(2024, 3, 1)),
        (date(2023, 12, 31), date(2023, 12, 30), date(2024, 1, 1)),
        (date.max, date(9999, 12, 30), date.max),  # the end of an open interval
        (date.min, date.min, date(1, 1, 2)),  # its beginning
    ],
)
def test_the_days_beside_a_day(day, before, after):
    assert (dates.day_before(day), dates.day_after(day)) == (before, after)


def test_a_date_that_was_read_once_is_not_read_again():
    dates.parse_edtf.cache_clear()
    assert dates.parse_edtf("2025-02") is dates.parse_edtf("2025-02")
    assert dates.parse_edtf.cache_info().hits == 1


YEARS = st.integers(1700, 2200)
PLAIN = st.one_of(
    YEARS.map("{:04}".format),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda d: f"{d[0]:04}-{d[1]:02}"),
    st.tuples(YEARS, st.sampled_from([21, 22, 23, 24])).map(lambda d: f"{d[0]:04}-{d[1]}"),
    st.dates(date(1700, 1, 1), date(2200, 12, 31)).map(str),
    st.integers(170, 219).map("{}X".format),
    st.integers(17, 21).map("{}XX".format),
    YEARS.map("{:04}-XX".format),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda d: f"{d[0]:04}-{d[1]:02}-XX"),
)
QUALIFIED = st.tuples(PLAIN, st.sampled_from(["", "?", "~", "%"])).map("".join)


@given(QUALIFIED)
def test_an_independent_reader_finds_the_same_days(text):
    is_season = text[5:6] == "2"  # the oracle knows no season with a qualifier
    oracle = parse_edtf(text.rstrip("?~%") if is_season else text)
    span = dates.parse_edtf(text)
    assert tuple(span.earliest.timetuple()[:3]) == tuple(oracle.lower_strict()[:3])
    assert tuple(span.latest.timetuple()[:3]) == tuple(oracle.upper_strict()[:3])


@given(QUALIFIED, QUALIFIED)
def test_an_interval_runs_from_its_first_to_its_last_day(start, end):
    first, last = dates.parse_edtf(start).earliest, dates.parse_edtf(end).latest
    if first <= last:
        assert dates.parse_edtf(f"{start}/{end}") == (first, last)
    else:
        with pytest.raises(ValueError, match="ends before it begins"):
            dates.parse_edtf(f"{start}/{end}")


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text):
    try:
        span = dates.parse_edtf(text)
    except ValueError:
        return
    assert span.earliest <= span.latest

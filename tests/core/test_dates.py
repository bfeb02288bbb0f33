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
        ("2025-02-11", date(2025, 2, 11), date(2025, 2, 11)),
        ("2011/2020", date(2011, 1, 1), date(2020, 12, 31)),
        ("2015-01/..", date(2015, 1, 1), date.max),
        ("../1991", date.min, date(1991, 12, 31)),
        ("2024-02?", date(2024, 2, 1), date(2024, 2, 29)),
        ("2020~", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-05%", date(2020, 5, 1), date(2020, 5, 31)),
        ("2024-10/2024-12~", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-21", date(2024, 3, 1), date(2024, 5, 31)),
        ("2024-24", date(2024, 12, 1), date(2024, 12, 31)),
        ("2020-06/2020", date(2020, 6, 1), date(2020, 12, 31)),
        ("1700", date(1700, 1, 1), date(1700, 12, 31)),
        ("2200", date(2200, 1, 1), date(2200, 12, 31)),
    ],
)
def test_what_days_a_date_may_mean(text, earliest, latest):
    assert dates.parse(text) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1985-02-29", "February 1985 has no day 29"),
        ("2025-13", "no month or season 13"),
        ("2025-00", "no month or season 00"),
        ("2025-24-01", "no month or season 24"),
        ("2020/2011", "ends before it begins"),
        ("1699", "outside 1700 to 2200"),
        ("2201", "outside 1700 to 2200"),
        ("../..", "on at least one side"),
        ("", "not an EDTF date"),
        ("in February", "not an EDTF date"),
        ("2025-2", "not an EDTF date"),
        ("199X", "not an EDTF date"),
        ("2025-02-11T10:00", "not an EDTF date"),
        ("2020/2021/2022", "not an EDTF date"),
        ("/2020", "not an EDTF date"),
        ("２０２５", "not an EDTF date"),
        ("2025\n", "not an EDTF date"),
    ],
)
def test_what_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        dates.parse(text)


YEARS = st.integers(1700, 2200)
PLAIN = st.one_of(
    YEARS.map("{:04}".format),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda d: f"{d[0]:04}-{d[1]:02}"),
    st.tuples(YEARS, st.sampled_from([21, 22, 23, 24])).map(lambda d: f"{d[0]:04}-{d[1]}"),
    st.dates(date(1700, 1, 1), date(2200, 12, 31)).map(str),
)
QUALIFIED = st.tuples(PLAIN, st.sampled_from(["", "?", "~", "%"])).map("".join)


@given(QUALIFIED)
def test_an_independent_reader_finds_the_same_days(text):
    is_season = text[5:6] == "2"  # the oracle knows no season with a qualifier
    oracle = parse_edtf(text.rstrip("?~%") if is_season else text)
    span = dates.parse(text)
    assert tuple(span.earliest.timetuple()[:3]) == tuple(oracle.lower_strict()[:3])
    assert tuple(span.latest.timetuple()[:3]) == tuple(oracle.upper_strict()[:3])


@given(QUALIFIED, QUALIFIED)
def test_an_interval_runs_from_its_first_to_its_last_day(start, end):
    first, last = dates.parse(start).earliest, dates.parse(end).latest
    if first <= last:
        assert dates.parse(f"{start}/{end}") == (first, last)
    else:
        with pytest.raises(ValueError, match="ends before it begins"):
            dates.parse(f"{start}/{end}")


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text):
    try:
        span = dates.parse(text)
    except ValueError:
        return
    assert span.earliest <= span.latest

"""EDTF (ISO 8601-2) dates: which strings are dates, and which days each may mean.

Accepted: `2025`, `2025-02`, `2025-02-11`; intervals `2011/2020`, open `2015-01/..` or `../1991`; a
trailing `?` (uncertain), `~` (approximate) or `%` (both); seasons `2024-21` (spring, March to
May) to `2024-24` (winter, December of that year). A qualifier says how sure the date is; it does
not widen the days. Years run from 1700 to 2200.
"""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1700, 2200
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}

DATE_PATTERN = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?[?~%]?", re.ASCII)
EXAMPLE_DATES = (
    "2025, 2025-02, 2025-02-11, 2011/2020, 2015-01/.., 2024-24, each with ?, ~ or % if unsure"
)


class Span(NamedTuple):
    """The first and the last day that a date may mean; an open end is `date.min` or `date.max`."""

    earliest: date
    latest: date


@lru_cache(maxsize=10_000)
def parse_edtf(text: str) -> Span:
    """The days that the EDTF string `text` may mean.

    Raises:
        ValueError: with the reason, in words for the person who typed it.
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _parse_date(text)
    if start == end == "..":
        raise ValueError("An interval needs a date on at least one side.")
    earliest = date.min if start == ".." else _parse_date(start).earliest
    latest = date.max if end == ".." else _parse_date(end).latest
    if earliest > latest:
        raise ValueError(f"The interval {text} ends before it begins.")
    return Span(earliest, latest)


def day_after(day: date) -> date:
    """The next day; the end of an open interval has none."""
    return day if day == date.max else day + timedelta(days=1)


def day_before(day: date) -> date:
    """The day before; the beginning of an open interval has none."""
    return day if day == date.min else day - timedelta(days=1)


def _parse_date(text: str) -> Span:
    match = DATE_PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text[:40]}” is not an EDTF date; write one like {EXAMPLE_DATES}.")
    year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
    assert year is not None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}.")
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if month in SEASON_MONTHS and day is None:
        first_month, last_month = SEASON_MONTHS[month]
    elif 1 <= month <= 12:
        first_month = last_month = month
    else:
        raise ValueError(f"{text}: there is no month or season {month:02}.")
    last_day = calendar.monthrange(year, last_month)[1]
    if day is None:
        return Span(date(year, first_month, 1), date(year, last_month, last_day))
    if not 1 <= day <= last_day:
        name = calendar.month_name[month]
        raise ValueError(f"{text}: {name} {year} has no day {day}.")
    return Span(date(year, month, day), date(year, month, day))

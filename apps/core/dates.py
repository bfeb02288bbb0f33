"""EDTF (ISO 8601-2) dates: which strings are dates, and which days each may mean.

Accepted: `2025`, `2025-02`, `2025-02-11`; intervals `2011/2020`, open `2015-01/..` or `../1991`,
with an end that is not known `1985/` or `/1991`; a trailing `?` (uncertain), `~` (approximate) or
`%` (both); digits that are not known, from the right: `199X`, `19XX`, `1990-XX`, `1990-05-XX`;
seasons `2024-21` (spring, March to May) to `2024-24` (winter, December of that year). A qualifier
says how sure the date is; it does not widen the days. Years run from 1700 to 2200.
"""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1700, 2200
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}

DATE_PATTERN = re.compile(
    r"((?P<years>\d{3}X|\d{2}XX)"
    r"|(?P<year>\d{4})(-XX(-XX)?|-(?P<month>\d{2})(-(?P<day>\d{2}|XX))?)?)[?~%]?",
    re.ASCII,
)
OPEN_ENDS = ("..", "")  # without end; of an end that is not known
EXAMPLE_DATES = (
    "2025, 2025-02, 2025-02-11, 2011/2020, 2015-01/.., 199X, 2024-24, each with ?, ~ or % if unsure"
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
    if start in OPEN_ENDS and end in OPEN_ENDS:
        raise ValueError("An interval needs a date on at least one side.")
    earliest = date.min if start in OPEN_ENDS else _parse_date(start).earliest
    latest = date.max if end in OPEN_ENDS else _parse_date(end).latest
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
    if years := match["years"]:
        return _years_span(int(years.replace("X", "0")), int(years.replace("X", "9")))
    year, month = int(match["year"]), match["month"]
    if month is None:
        return _years_span(year, year)
    _check_year(year)
    return _days_of_month(text, year, int(month), match["day"])


def _years_span(first: int, last: int) -> Span:
    """From the first day of one year to the last of another."""
    _check_year(first)
    _check_year(last)
    return Span(date(first, 1, 1), date(last, 12, 31))


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}.")


def _days_of_month(text: str, year: int, month: int, day: str | None) -> Span:
    """The days of a month or season, or the one that is named; `XX`: any."""
    if month in SEASON_MONTHS and day is None:
        first_month, last_month = SEASON_MONTHS[month]
    elif 1 <= month <= 12:
        first_month = last_month = month
    else:
        raise ValueError(f"{text}: there is no month or season {month:02}.")
    last_day = calendar.monthrange(year, last_month)[1]
    if day in (None, "XX"):
        return Span(date(year, first_month, 1), date(year, last_month, last_day))
    number = int(day)
    if not 1 <= number <= last_day:
        name = calendar.month_name[month]
        raise ValueError(f"{text}: {name} {year} has no day {number}.")
    return Span(date(year, month, number), date(year, month, number))

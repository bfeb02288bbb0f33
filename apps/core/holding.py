"""Since when and until when a record holds, as far as its dates, status and sources say.

A membership, an agreement in force, a corridor in operation *holds* over a span whose ends are
often not known; unknown is not "always" (docs/adr/0023-unknown-is-not-always.md). A type declares
`holds = HoldsField(...)` and nothing else: which fields begin and end it, and which words of its
status mean what. The days follow whenever the record is written, or an article that it cites.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from apps.core.dates import Span

ALL_DAYS = Span(date.min, date.max)
OPPOSING_STANCES = frozenset({"denies", "disputes"})  # of a citation that speaks against a value
# The article that stands for what the curators know; it tells nothing of when it was so.
GENERAL_KNOWLEDGE = "general-knowledge"
SHOWN_DAYS = ("possible_from", "certain_from", "certain_until", "possible_until")


class HeldDays(NamedTuple):
    """The days within which a record begins and ends to hold; None: nothing is known of it.

    An open end is `date.min` or `date.max`, as in the columns of dates. `presumed_until` is the
    last day on which it holds as the sources stand: nobody has said by then that it is over.
    """

    possible_from: date
    certain_from: date | None
    certain_until: date | None
    possible_until: date
    presumed_until: date | None

    def as_document(self) -> dict[str, str | None]:
        """The four days that documents show; None for what is open or not known."""
        days = ((name, getattr(self, name)) for name in SHOWN_DAYS)
        return {name: None if day in (None, *ALL_DAYS) else day.isoformat() for name, day in days}


class Statement(NamedTuple):
    """A status that an article gives a record, and the days on one of which it came out."""

    status: str
    days: Span


class KindRule(NamedTuple):
    """What is different for records of one kind."""

    begins: tuple[str, ...]  # dates that begin it where the usual one is not known
    ongoing: tuple[str, ...]  # further words of the status with which it holds
    reason: str


def find_held_days(
    begin: Span | None,
    end: Span | None,
    bounds: Span,
    ongoing: Collection[Span],
    over: Collection[Span],
    is_over: bool,
) -> HeldDays:
    """The days of a record that begins on some day of `begin` and ends on some day of `end`.

    Of several possible days, of a date or of an article that calls it ongoing, the last counts for
    the beginning and the first for the end, as far as they lie within the record's own dates.

    Args:
        begin, end: its own dates, as far as they are known.
        bounds: what else lies before its beginning and behind its end, such as a term.
        ongoing, over: when articles came out that call it so.
        is_over: whether its status says that it is over.
    """
    own = Span(
        begin.earliest if begin else bounds.earliest,
        min(end.latest if end else date.max, bounds.latest),
    )
    begun = {days.latest for days in shared_days([begin, *ongoing], own)} - {date.max}
    lasted = {days.earliest for days in shared_days([end, *ongoing], own)} - {date.min}
    known = (own.earliest, min(begun, default=None), max(lasted, default=None))
    if not is_over or (end and end.latest < date.max):
        return HeldDays(*known, own.latest, own.latest)
    last_seen = max((day for day in known[1:] if day), default=None)
    first_said = min(map(first_day_said, over), default=None)
    if first_said is None:
        return HeldDays(*known, own.latest, last_seen)
    not_before = last_seen or date.min
    possible_until = min(own.latest, max(first_said, not_before))
    presumed_until = min(own.latest, max(first_said - timedelta(days=1), not_before))
    return HeldDays(*known, possible_until, presumed_until)


def shared_days(spans: Iterable[Span | None], own: Span) -> list[Span]:
    """The days that each of `spans` shares with `own`, of those that share any."""
    shared = [Span(max(s.earliest, own.earliest), min(s.latest, own.latest)) for s in spans if s]
    return [days for days in shared if days.earliest <= days.latest]


def first_day_said(days: Span) -> date:
    """The first day on which something may have been said; the last, where that is open."""
    return days.latest if days.earliest == date.min else days.earliest


def find_statements(
    citations: Iterable[Any], own_status: str, ongoing: Collection[str]
) -> Iterator[Statement]:
    """What the cited articles say of a record's status, each for when it came out.

    Args:
        citations: of the record.
        own_status: the record's.
        ongoing: the words that mean that it holds.
    """

    def article_slug(citation: Any) -> str:
        return str(citation.article.slug)

    for _, group in groupby(sorted(citations, key=article_slug), key=article_slug):
        of_article = list(group)
        if days := of_article[0].attested_days():
            for status in statuses_given(of_article, own_status, ongoing):
                yield Statement(status, days)


def statuses_given(
    citations: list[Any], own_status: str, ongoing: Collection[str]
) -> Collection[str]:
    """The statuses that one article gives a record.

    One that states the record, and nothing of its status, attests it as it is, if it is ongoing: of
    what is over it does not say whether it was so then.
    """
    of_status = [citation for citation in citations if citation.field == "status"]
    said = {c.value or own_status for c in of_status if c.stance not in OPPOSING_STANCES}
    is_opposed = any((c.value or own_status) == own_status for c in of_status)
    is_stated = any(c.field is None and c.stance not in OPPOSING_STANCES for c in citations)
    if said or is_opposed or not is_stated or own_status not in ongoing:
        return said
    return {own_status}

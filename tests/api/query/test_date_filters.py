"""Certain and possible dates, through the API, held against an independent reader of EDTF."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from edtf import parse_edtf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.agreements.models import Agreement
from apps.documents.revisions import open_revision
from tests.core.test_dates import QUALIFIED
from tests.support.counting import parameter_refusals
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db

Days = tuple[date, date]
OPEN = ("..", "")  # without end; of an end that is not known
# Few years, so that dates often meet.
NEAR = st.one_of(
    st.integers(1990, 1993).map(str),
    st.tuples(st.integers(1990, 1993), st.integers(1, 12)).map(lambda d: f"{d[0]}-{d[1]:02}"),
    st.tuples(st.integers(1990, 1993), st.integers(21, 24)).map(lambda d: f"{d[0]}-{d[1]}"),
    st.dates(date(1990, 1, 1), date(1993, 12, 31)).map(str),
    st.sampled_from(["199X", "19XX", "1991-XX", "1992-05-XX"]),
)
SIDES = st.one_of(NEAR, st.tuples(NEAR, st.sampled_from("?~%")).map("".join), QUALIFIED)


def possible_days(text: str) -> Days:
    """The first and last day that a date may mean, by the other reader."""
    start, slash, end = text.partition("/")
    first = date.min if start in OPEN else days_of_single_date(start)[0]
    if slash:
        return first, date.max if end in OPEN else days_of_single_date(end)[1]
    return first, days_of_single_date(start)[1]


@cache  # that reader takes its time
def days_of_single_date(text: str) -> Days:
    """The same of what is no interval; the other reader knows no season with a qualifier."""
    parsed = parse_edtf(text.rstrip("?~%") if text[5:6] == "2" else text)
    first, last = parsed.lower_strict(), parsed.upper_strict()
    return date(*first[:3]), date(*last[:3])


def is_interval(sides: tuple[str, str]) -> bool:
    """Whether these two may be the ends of an interval."""
    first, last = sides
    if first in OPEN and last in OPEN:
        return False
    return first in OPEN or last in OPEN or possible_days(first)[0] <= possible_days(last)[1]


ENDS = st.one_of(SIDES, st.sampled_from(OPEN))
ANY_DATE = st.one_of(SIDES, st.tuples(ENDS, ENDS).filter(is_interval).map("/".join))
STORED = st.lists(ANY_DATE, min_size=60, max_size=60, unique=True)

# What each look-up promises of the days of a record (first, last) and of those asked for; and what
# has to be so for the opposite to be certain.
PROMISES = {
    "__gte": lambda first, last, asked: first >= asked[0],
    "__gt": lambda first, last, asked: first > asked[1],
    "__lte": lambda first, last, asked: last <= asked[1],
    "__lt": lambda first, last, asked: last < asked[0],
    "__possible": lambda first, last, asked: first <= asked[1] and last >= asked[0],
}
OPPOSITES = {
    "__gte": lambda first, last, asked: last < asked[0],
    "__gt": lambda first, last, asked: last <= asked[1],
    "__lte": lambda first, last, asked: first > asked[1],
    "__lt": lambda first, last, asked: first >= asked[0],
    "__possible": lambda first, last, asked: last < asked[0] or first > asked[1],
}
SOME = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def store_agreements(texts: list[str]) -> dict[str, str | None]:
    """An agreement for each date, and three without one; slug to date."""
    article = ArticleFactory(slug="the-source")
    dated = {f"agreement-{n}": text for n, text in enumerate(texts)}
    dates: dict[str, str | None] = {**dated, "undated-1": None, "undated-2": None}
    with open_revision(origin="seed") as opened:
        for slug, text in dates.items():
            values = {"kind": "treaty", "status": "signed", "certainty": "confirmed"}
            made = Agreement.objects.create(
                slug=slug, name=slug, signed_on=text, publication="published", **values
            )
            made.citations.create(article=article, position=1)
            opened.touch(made)
    return dates


@pytest.fixture
def stored() -> dict[str, str | None]:
    """Sixty dates of all forms and precisions, the same at each run."""
    samples: list[list[str]] = []

    @settings(max_examples=5, derandomize=True, database=None, deadline=None)
    @given(STORED)
    def collect(texts: list[str]) -> None:
        samples.append(texts)

    collect()
    return store_agreements(samples[-1])


def listed_slugs(api: Any, **query: str) -> set[str]:
    """What a list finds."""
    answer = api.get("/api/v1/agreements/", {"page_size": 500, "fields": "slug", **query})
    assert answer.status_code == 200, (query, answer.content)
    return {record["slug"] for record in answer.json()["results"]}


@SOME
@given(asked=ANY_DATE)
def test_what_is_certain_and_what_is_possible_is_what_another_reader_says(api, stored, asked):
    days = {slug: possible_days(text) for slug, text in stored.items() if text}
    for suffix, promise in PROMISES.items():
        for name, is_certain in (
            (f"signed_on{suffix}", promise),
            (f"signed_on{suffix}__not", OPPOSITES[suffix]),
        ):
            wanted = {slug for slug in days if is_certain(*days[slug], possible_days(asked))}
            assert listed_slugs(api, **{name: asked}) == wanted, name
    same = {slug for slug in days if stored[slug] == asked}
    assert listed_slugs(api, signed_on=asked) == same
    assert listed_slugs(api, signed_on__not=asked) == days.keys() - same


@SOME
@given(first=ANY_DATE, last=ANY_DATE)
def test_a_range_is_certain_at_both_ends(api, stored, first, last):
    wanted = {
        slug
        for slug, text in stored.items()
        if text
        and possible_days(text)[0] >= possible_days(first)[0]
        and possible_days(text)[1] <= possible_days(last)[1]
    }
    if possible_days(first)[0] > possible_days(last)[1]:
        answer = api.get("/api/v1/agreements/", {"signed_on__range": f"{first},{last}"})
        ((name, detail),) = parameter_refusals(answer)
        assert name == "signed_on__range"
        assert detail == "The range is upside down: it ends before it begins."
        assert not wanted
    else:
        assert listed_slugs(api, signed_on__range=f"{first},{last}") == wanted


@SOME
@given(data=st.data())
def test_a_date_is_found_by_itself_and_may_be_when_it_is(api, stored, data):
    slug, text = data.draw(st.sampled_from([pair for pair in stored.items() if pair[1]]))
    for suffix in ("", "__gte", "__lte", "__possible"):
        assert slug in listed_slugs(api, **{f"signed_on{suffix}": text}), suffix
    for suffix in ("__gt", "__lt"):
        assert slug not in listed_slugs(api, **{f"signed_on{suffix}": text}), suffix

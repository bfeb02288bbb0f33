"""What is kept of a link that was asked: its last answer, and since when it fails."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.articles.models import Link

pytestmark = pytest.mark.django_db

ADDRESS = "https://news.example/"
FIRST = datetime(2026, 11, 18, 9, tzinfo=UTC)
NEXT, LAST = FIRST + timedelta(hours=1), FIRST + timedelta(days=3)


def fail(at: datetime, status: int | None = 500, address: str = ADDRESS) -> None:
    """Note that a link did not answer."""
    Link.objects.note_answer(address, status=status, reason=f"no {status}", fails=True, at=at)


def answer(at: datetime, address: str = ADDRESS) -> None:
    """Note that a link answered."""
    Link.objects.note_answer(address, status=200, reason="200 OK", fails=False, at=at)


def kept(address: str = ADDRESS) -> tuple:
    """What is known of a link, of which one row is kept."""
    link = Link.objects.get(address=address)
    return link.status, link.reason, link.checked_at, link.failing_since


def test_an_answer_is_kept_with_its_time():
    answer(FIRST)
    assert kept() == (200, "200 OK", FIRST, None)


def test_a_first_failure_is_where_the_failing_begins():
    answer(FIRST)
    fail(NEXT)
    assert kept() == (500, "no 500", NEXT, NEXT)


def test_a_further_failure_keeps_the_time_of_the_first():
    fail(FIRST)
    fail(NEXT, status=None)
    fail(LAST, status=404)
    assert kept() == (404, "no 404", LAST, FIRST)


def test_an_answer_ends_the_failing():
    fail(FIRST)
    answer(NEXT)
    assert kept() == (200, "200 OK", NEXT, None)
    fail(LAST)
    assert kept() == (500, "no 500", LAST, LAST)


def test_each_link_fails_for_itself():
    fail(FIRST, address="https://other.example/")
    fail(LAST)
    assert kept() == (500, "no 500", LAST, LAST)
    assert kept("https://other.example/") == (500, "no 500", FIRST, FIRST)

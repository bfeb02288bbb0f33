"""Links that are dead: that say so, or that failed at two checks at least a day apart."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.articles.models import Link
from tests.types.articles.factories import LinkFactory

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 11, 18, 9, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LINKS = {  # status, since when it fails, when it was last asked
    "answered": (200, None, FIRST),
    "not-found": (404, FIRST, FIRST),
    "gone": (410, FIRST, FIRST),
    "gone-for-days": (410, FIRST, FIRST + 3 * DAY),
    "fails-once": (500, FIRST, FIRST),
    "silent-once": (None, FIRST, FIRST),
    "fails-for-nearly-a-day": (500, FIRST, FIRST + DAY - SECOND),
    "fails-for-a-day": (500, FIRST, FIRST + DAY),
    "silent-for-days": (None, FIRST, FIRST + 2 * DAY),
    "forbidden-for-days": (403, FIRST, FIRST + 2 * DAY),
    "answered-after-a-404": (404, None, FIRST + 2 * DAY),
}


def test_which_links_are_dead():
    for name, (status, since, asked) in LINKS.items():
        LinkFactory(address=name, status=status, failing_since=since, checked_at=asked)
    assert sorted(link.address for link in Link.objects.dead()) == [
        *("fails-for-a-day", "forbidden-for-days", "gone", "gone-for-days"),
        *("not-found", "silent-for-days"),
    ]

"""Links that were asked at a moment or later."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.articles.models import Link
from tests.types.articles.factories import LinkFactory

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (MOMENT, ["at-the-moment", "later"]),
        (MOMENT + timedelta(microseconds=1), ["later"]),
        (MOMENT - timedelta(hours=1), ["at-the-moment", "before", "later"]),
        (MOMENT + timedelta(hours=2), []),
    ],
)
def test_links_that_were_asked_at_the_moment_or_later(moment, expected):
    LinkFactory(address="before", checked_at=MOMENT - timedelta(hours=1))
    LinkFactory(address="at-the-moment", checked_at=MOMENT)
    LinkFactory(address="later", checked_at=MOMENT + timedelta(hours=1))
    assert sorted(link.address for link in Link.objects.checked_since(moment)) == expected

"""Articles of which an address does not lead anywhere any more."""

from datetime import UTC, datetime

import pytest

from apps.articles.models import Article
from tests.types.articles.factories import LinkFactory
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

ASKED = datetime(2026, 11, 20, tzinfo=UTC)
DEAD, ALIVE, UNASKED = (f"https://{name}.example/" for name in ("dead", "alive", "unasked"))


def test_published_articles_of_which_the_address_or_the_copy_is_dead():
    LinkFactory(address=DEAD, status=404, failing_since=ASKED)
    LinkFactory(address=ALIVE)
    rows = {
        "dead": {"url": DEAD},
        "dead-but-copied": {"url": DEAD, "archived_url": ALIVE},
        "dead-copy": {"url": ALIVE, "archived_url": DEAD},
        "only-a-dead-copy": {"archived_url": DEAD},
        "both-dead": {"url": DEAD, "archived_url": DEAD},
        "alive": {"url": ALIVE, "archived_url": ALIVE},
        "never-asked": {"url": UNASKED},
        "on-paper": {},
        "a-draft": {"url": DEAD, "publication": "draft"},
        "withdrawn": {"url": DEAD, "publication": "retracted"},
    }
    store(Article, rows)
    assert slugs_of(Article.objects.with_dead_links()) == [
        *("both-dead", "dead", "dead-but-copied", "dead-copy", "only-a-dead-copy"),
    ]

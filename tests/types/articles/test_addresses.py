"""The web addresses of articles: what there is to be asked whether it still answers."""

import pytest

from apps.articles.models import Article
from tests.types.tables import store

pytestmark = pytest.mark.django_db

FIRST, COPY, SECOND = (f"https://news.example/{n}" for n in (1, 2, 3))


def test_every_address_and_every_copy_stands_once_drafts_included():
    rows = {
        "copied": {"url": FIRST, "archived_url": COPY},
        "the-same": {"url": FIRST},
        "a-draft": {"url": SECOND, "publication": "draft"},
        "on-paper": {},
    }
    store(Article, rows)
    assert Article.objects.addresses() == {FIRST, COPY, SECOND}


def test_only_those_of_the_articles_that_were_asked_for():
    store(Article, {"a": {"url": FIRST, "archived_url": COPY}, "b": {"archived_url": SECOND}})
    assert Article.objects.filter(slug="b").addresses() == {SECOND}
    assert Article.objects.none().addresses() == set()

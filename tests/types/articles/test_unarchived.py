"""Articles of the web of which no archived copy is named."""

import pytest

from apps.articles.models import Article
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

HERE, COPY = {"url": "https://news.example/a"}, {"archived_url": "https://archive.example/a"}


def test_published_articles_with_an_address_and_without_a_copy():
    rows = {
        "no-copy": HERE,
        "copied": HERE | COPY,
        "only-a-copy": COPY,
        "on-paper": {},
        "a-draft": HERE | {"publication": "draft"},
        "withdrawn": HERE | {"publication": "retracted"},
    }
    store(Article, rows)
    assert slugs_of(Article.objects.unarchived()) == ["no-copy"]

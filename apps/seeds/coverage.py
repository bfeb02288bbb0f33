"""How far the articles are coded: their paragraphs, and the citations that rest on each."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from apps.articles.models import Article
from apps.core.models import record_models

ParagraphPlace = tuple[str, str, int]


def published_paragraphs() -> Iterator[ParagraphPlace]:
    """Every paragraph of every published article: (article, section, paragraph)."""
    for article in Article.objects.published().prefetch_related("sections"):
        for section in article.sections.all():
            for paragraph in range(1, section.paragraphs + 1):
                yield article.slug, section.name, paragraph


def citation_counts() -> Counter[ParagraphPlace]:
    """How many citations of other records rest on each paragraph: one query a type."""
    counts: Counter[ParagraphPlace] = Counter()
    for model in record_models().values():
        part: Any = model.parts()["citations"]
        located = part.objects.filter(section__isnull=False, paragraph__isnull=False)
        if model is Article:
            located = located.exclude(record=F("article"))
        public = located.filter(article__document__isnull=False)
        counts.update(public.order_by().values_list("article__slug", "section", "paragraph"))
    return counts

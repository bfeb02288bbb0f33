"""How far the articles are coded: their paragraphs, and the citations that rest on each."""

from collections import Counter
from collections.abc import Iterator

from apps.articles.models import Article

Place = tuple[str, str, int]


def places() -> Iterator[Place]:
    """Every paragraph of every published article: (article, section, paragraph)."""
    for article in Article.objects.published().prefetch_related("sections"):
        for section in article.sections.all():
            for paragraph in range(1, section.paragraphs + 1):
                yield article.slug, section.name, paragraph


def citations() -> Counter[Place]:
    """How many citations of other records rest on each paragraph."""
    counts: Counter[Place] = Counter()
    for article in Article.objects.published():
        for citation in article.citations_of():
            if citation.section and citation.paragraph and citation.record != article:  # type: ignore[attr-defined]
                counts[article.slug, citation.section, citation.paragraph] += 1
    return counts

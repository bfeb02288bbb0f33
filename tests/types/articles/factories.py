"""Articles, their authors, sections and citations."""

from datetime import UTC, datetime
from typing import Any

import factory

from apps.articles.models import Article, ArticleCitation, ArticleExternalId, Author, Link, Section
from tests.core.factories import ExternalIdFactory, PartFactory, RecordFactory


class ArticleFactory(RecordFactory):
    """An analysis with an INTRO of two and a BACKGROUND of three paragraphs, citing itself."""

    class Meta:
        model = Article

    slug = factory.Sequence("article-{}".format)
    title = factory.Sequence("Article {}".format)
    kind = "analysis"
    sections = [{"name": "INTRO", "paragraphs": 2}, {"name": "BACKGROUND", "paragraphs": 3}]

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Article:
        return Article.objects.filter(slug=values["slug"]).first() or super()._create(
            model_class, *args, **values
        )

    @classmethod
    def source(cls, record: Any) -> Any:
        return record


class AuthorFactory(PartFactory):
    class Meta:
        model = Author

    record = factory.SubFactory(ArticleFactory)
    name = factory.Sequence("Author {}".format)


class SectionFactory(PartFactory):
    class Meta:
        model = Section

    record = factory.SubFactory(ArticleFactory)
    name = factory.Sequence("SECTION {}".format)
    paragraphs = 4


class ArticleExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = ArticleExternalId

    record = factory.SubFactory(ArticleFactory)


class CitationFactory(PartFactory):
    """A citation of a new article, by section and paragraph."""

    class Meta:
        abstract = True

    article = factory.SubFactory(ArticleFactory)
    section = "BACKGROUND"
    paragraph = 2


class ArticleCitationFactory(CitationFactory):
    class Meta:
        model = ArticleCitation

    record = factory.SubFactory(ArticleFactory)


class LinkFactory(factory.django.DjangoModelFactory):
    """The check of a link that answered."""

    class Meta:
        model = Link

    address = factory.Sequence("https://news.example/{}".format)
    status = 200
    reason = "200 OK"
    checked_at = datetime(2026, 11, 20, tzinfo=UTC)

"""The document of an article."""

from apps.articles.models import Article
from apps.documents.serializers import RecordSerializer


class ArticleSerializer(RecordSerializer):
    """A source: who wrote it, where and when it came out, how its paragraphs are counted."""

    class Meta(RecordSerializer.Meta):
        model = Article
        fields = (
            "slug",
            "title",
            "kind",
            "authors",
            "publisher",
            "series",
            "language",
            "published_on",
            "url",
            "archived_url",
            "accessed_on",
            "sections",
            "licence",
            "is_redistributable",
            *RecordSerializer.Meta.tail,
        )

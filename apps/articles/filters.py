"""What articles can be asked for."""

from apps.articles.models import Article
from apps.core.filters import RecordFilterSet


class ArticleFilterSet(RecordFilterSet):
    """Articles by kind, publisher, date; the rest comes from the model."""

    class Meta:
        model = Article
        fields = ()

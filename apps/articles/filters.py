"""What articles can be asked for."""

from apps.api.query.filters import RecordFilterSet
from apps.articles.models import Article


class ArticleFilterSet(RecordFilterSet):
    """Articles by kind, publisher, date; the rest comes from the model."""

    class Meta:
        model = Article
        fields = ()

"""Articles: `/api/v1/articles/`."""

from apps.api.views import RecordViewSet
from apps.articles.filters import ArticleFilterSet
from apps.articles.models import Article
from apps.articles.serializers import ArticleSerializer


class ArticleViewSet(RecordViewSet):
    """The sources on which records rest."""

    queryset = Article.objects.all()
    serializer_class = ArticleSerializer
    filterset_class = ArticleFilterSet

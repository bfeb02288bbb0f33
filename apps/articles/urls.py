"""The address of articles."""

from apps.articles.views import ArticleViewSet

routes = [("articles", ArticleViewSet)]

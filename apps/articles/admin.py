"""Articles on the curator's desk."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path

from apps.articles.models import Article
from apps.core.admin import RecordAdmin


@admin.register(Article)
class ArticleAdmin(RecordAdmin):
    desk, icon = "Evidence", "article"
    list_display = ["title", "kind", "publisher", "published_on"]
    list_filter = ["kind", "is_redistributable"]
    search_fields = ["slug", "title", "authors__name"]
    date_hierarchy = "published_on_earliest"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.sections)
        return [path("<int:pk>/sections/", view, name="article-sections"), *super().get_urls()]

    def sections(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The sections of an article with their paragraphs, to be chosen from while one cites."""
        article = self.get_object(request, str(pk))
        if article is None or not self.has_view_permission(request, article):
            raise Http404
        return JsonResponse(article.paragraph_counts())

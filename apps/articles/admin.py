"""Articles on the curator's desk."""

from django.contrib import admin

from apps.articles.models import Article
from apps.core.admin import RecordAdmin


@admin.register(Article)
class ArticleAdmin(RecordAdmin):
    desk, icon = "Evidence", "article"
    list_display = ["title", "kind", "publisher", "published_on"]
    list_filter = ["kind", "is_redistributable"]
    search_fields = ["slug", "title", "authors__name"]
    date_hierarchy = "published_on_earliest"

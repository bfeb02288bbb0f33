"""Articles on the curator's desk."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils.html import format_html_join
from unfold.decorators import display

from apps.articles.models import Article, ArticleQuerySet, Link
from apps.desk.records import RecordAdmin


@admin.register(Article)
class ArticleAdmin(RecordAdmin):
    desk, icon = "Evidence", "article"
    list_display = ["title", "kind", "publisher", "published_on"]
    list_filter = ["kind", "is_redistributable"]
    search_fields = ["slug", "title", "authors__name"]
    date_hierarchy = "published_on_earliest"
    readonly_fields = [*RecordAdmin.readonly_fields, "checked_links"]
    attention = {
        "unarchived": ("No archived copy", ArticleQuerySet.unarchived),
        "dead_links": ("A dead link", ArticleQuerySet.with_dead_links),
    }

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.sections)
        return [path("<int:pk>/sections/", view, name="article-sections"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """With what became of its links, below what a curator enters."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        *entered, ledger = fieldsets
        return [*entered, ("Links", {"fields": ["checked_links"]}), ledger]

    @display(description="last check")
    def checked_links(self, article: Article) -> str:
        """What each address of the article answered when it was last asked."""
        given = {"url": article.url, "archived url": article.archived_url}
        shown = {name: address for name, address in given.items() if address}
        links = Link.objects.filter(address__in=shown.values())
        said = {link.address: str(link) for link in links}
        said |= {link.address: f"dead: {link}" for link in links.dead()}
        rows = ((name, said.get(address, "not checked yet")) for name, address in shown.items())
        return format_html_join("", "<div>{}: {}</div>", rows) or "It has no address."

    def sections(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The sections of an article with their paragraphs, to be chosen from while one cites."""
        article = self.get_object(request, str(pk))
        if article is None or not self.has_view_permission(request, article):
            raise Http404
        return JsonResponse(article.paragraph_counts())

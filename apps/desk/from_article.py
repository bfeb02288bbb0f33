"""Coding an article: the form of a new record begins with a citation of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.models import Part, Record, record_models

LOCATOR_FIELDS = ("section", "paragraph", "page")


class FromArticlePages(ModelAdmin):
    """New records begun from an article, one after the other."""

    class Media:
        js = ["core/rows.js", "core/citations.js", "core/slugs.js"]

    change_form_outer_before_template = "core/code_this_article.html"

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Record | None, inline: InlineModelAdmin, prefix: str
    ) -> Any:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if prefix == "citations" and request.method == "GET" and is_unsaved(obj):
            first = first_citation(request, inline.model)
            kwargs |= {"initial": [first]} if first else {}
        return kwargs

    def response_add(
        self, request: HttpRequest, obj: Record, post_url_continue: str | None = None
    ) -> Any:
        """“Save and add another” goes on with the same article."""
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        article = request.GET.get("article")
        if "_addanother" in request.POST and article:
            return HttpResponseRedirect(f"{request.path}?{urlencode({'article': article})}")
        return response

    def codable_types(self) -> list[dict[str, str]]:
        """The types of which a record can be made out of an article, with their forms."""
        return [
            {"name": str(model._meta.verbose_name), "address": reverse(add_page_name(model))}
            for model in record_models().values()
            if model is not self.model and model_admin_of(self, model)
        ]


def is_unsaved(obj: Record | None) -> bool:
    """Whether a form is of a record that does not stand yet."""
    return obj is None or obj.pk is None


def first_citation(request: HttpRequest, citations: type[Part]) -> dict[str, Any] | None:
    """The citation with which a form begins: of the article in its address, if it names one."""
    slug = request.GET.get("article", "")
    if not slug:
        return None
    columns: Any = citations._meta
    articles = columns.get_field("article").related_model.objects
    article = articles.visible_to_curator(request.user).filter(slug=slug).first()
    if article is None:
        return None
    return {"article": article.pk} | {name: request.GET.get(name) for name in LOCATOR_FIELDS}


def add_page_name(model: type[Record]) -> str:
    """The name of the page on which a record is added."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_add"


def model_admin_of(page: ModelAdmin, model: type[Record]) -> Any:
    """The pages of another type, if the desk has any."""
    return page.admin_site._registry.get(model)

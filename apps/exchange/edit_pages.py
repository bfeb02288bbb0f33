"""The page of “Edit together”, and the action on the lists of records that leads to it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from apps.core.models import record_models
from apps.exchange.editing import EDIT_TITLE, TOO_MANY_RECORDS, EditForm
from apps.exchange.forms import MAX_DESK_ROWS
from apps.exchange.planning import plan_batch


class EditPages(ModelAdmin):
    """The form of “Edit together”; what it would do is a plan, as that of a file."""

    def get_urls(self) -> Any:
        page = self.admin_site.admin_view(self.edit_view)
        return [path("edit/<slug:type>/", page, name="exchange_batch_edit"), *super().get_urls()]

    def edit_view(self, request: HttpRequest, type: str) -> HttpResponse:
        """The form, filled in: either its errors or the plan."""
        model = record_models().get(type)
        if model is None:
            raise Http404
        pages: Any = self.admin_site.get_model_admin(model)
        if not pages.has_propose_permission(request):
            raise PermissionDenied
        if request.method != "POST":  # nothing is ticked yet
            names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            return HttpResponseRedirect(reverse(names))
        form = EditForm(pages, request, request.POST)
        if not form.is_valid():
            return render_edit_page(pages, request, form)
        batch = plan_batch(form.build_batch(request.user), request.user)
        batch.save()
        return HttpResponseRedirect(reverse("admin:exchange_batch_change", args=[batch.pk]))


@admin.action(description="Edit together…", permissions=["propose"])
def edit_together(pages: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Say what is to be changed alike on the ticked records; nothing is written yet."""
    ticked = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_DESK_ROWS + 1])
    if len(ticked) > MAX_DESK_ROWS:
        pages.message_user(request, TOO_MANY_RECORDS, messages.ERROR)
        return None
    initial = {"records": ",".join(map(str, ticked)), "reason": request.POST.get("reason", "")}
    return render_edit_page(pages, request, EditForm(pages, request, initial=initial))


def render_edit_page(pages: Any, request: HttpRequest, form: EditForm) -> TemplateResponse:
    """The page of the form."""
    context = {
        **pages.admin_site.each_context(request),
        "opts": pages.opts,
        "title": f"{EDIT_TITLE}: {pages.opts.verbose_name_plural}",
        "form": form,
        "address": reverse("admin:exchange_batch_edit", args=[pages.model.endpoint()]),
    }
    return TemplateResponse(request, "exchange/edit.html", context)

"""Imports on the curator's desk: upload a file, look at its plan, apply it, undo it.

What they add to pages of the floors below, which know nothing of imports, stands at the end.
"""

import csv
from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.decorators import display

from apps.core.models import record_models
from apps.core.permissions import Act
from apps.desk.lists import UnchangeableAdmin
from apps.documents.faults import RefusedError
from apps.exchange.applying import (
    ImportImpossibleError,
    apply_batch,
    plan_batch_again,
    revert_batch,
)
from apps.exchange.edit_pages import EditPages, edit_together
from apps.exchange.forms import DecisionForm, UploadForm
from apps.exchange.models import Batch, RowOutcome
from apps.exchange.planning import plan_batch
from apps.formats.csv_files import EchoFile
from apps.formats.rows import guard_against_formula
from apps.ledger.models import Proposal, Revision

State = Batch.State
STATE_BADGES = {
    "Planned: nothing was written": "info",
    "Applied": "success",
    "Handed in as proposals": "warning",
    "Refused: it has errors": "danger",
    "Reverted": "danger",
}
ROWS_PER_PAGE = 100  # rows of a plan


@admin.register(Batch)
class BatchAdmin(EditPages, UnchangeableAdmin):
    """Imports: their own to those who propose, all of them to those who publish or administer."""

    desk, icon = "Ledger", "upload_file"
    list_display = ["name", "type", "summary", "user", "made_at", "badge"]
    list_filter = ["state", "type", "origin"]
    list_select_related = ["user"]
    search_fields = ["name", "reason", "sha256"]
    date_hierarchy = "made_at"

    def get_queryset(self, request: HttpRequest) -> Any:
        batches = super().get_queryset(request).defer("contents", "plan")  # they may be long
        sees_all = request.user.has_perm(Act.PUBLISH) or request.user.has_perm(Act.ADMINISTER)
        return batches if sees_all else batches.filter(user=request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(request.user.has_perm(a) for a in (Act.PROPOSE, Act.PUBLISH, Act.ADMINISTER))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Act.PROPOSE) or request.user.has_perm(Act.PUBLISH)

    @display(description="state", ordering="state", label=STATE_BADGES)
    def badge(self, batch: Batch) -> str:
        return batch.get_state_display()

    def get_urls(self) -> Any:
        errors = self.admin_site.admin_view(self.errors_view)
        own = path("<path:object_id>/errors.csv", errors, name="exchange_batch_errors")
        return [own, *super().get_urls()]

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """Upload a file; what it would do is shown on the next page, and nothing is written."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(
            request.POST or None, request.FILES or None, initial={"type": request.GET.get("type")}
        )
        if form.is_valid():
            batch = plan_batch(form.build_batch(request.user), request.user)
            batch.save()
            return HttpResponseRedirect(batch_url(batch))
        return self.render_page(request, "exchange/upload.html", title="Import a file", form=form)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The plan of an import, row by row; and the buttons to apply, plan and revert it."""
        batch = self.get_batch(request, object_id)
        button = request.POST.get("act", "")
        sent = request.POST if button in ("apply", "revert") else None
        doubts = bool(batch.parsed_plan["counts"][RowOutcome.DUPLICATE]) and batch.may_be_applied
        why = batch.reason if batch.may_be_applied else ""  # that of an applied one is history
        form = DecisionForm(sent, initial={"reason": why}, has_duplicates=doubts)
        if request.method == "POST" and (form.is_valid() or not form.is_bound):
            batch = self.handle_button(request, batch, button, form) or batch
            return HttpResponseRedirect(batch_url(batch))
        return self.render_page(
            request,
            "exchange/plan.html",
            title=f"Import: {batch.name}" if is_from_file(batch) else batch.name,
            batch=batch,
            form=form,
            may_revert=batch.state == State.APPLIED and request.user.has_perm(Act.ADMINISTER),
            **plan_page_context(batch, request),
        )

    def handle_button(
        self, request: Any, batch: Batch, button: str, form: DecisionForm
    ) -> Batch | None:
        """Do what the button says; what it refuses is told, and nothing is done."""
        user, reason = request.user, form.cleaned_data["reason"] if form.is_bound else ""
        try:
            if button == "apply":
                done = apply_batch(batch, user, reason)
            elif button == "revert":
                done = revert_batch(batch, user, reason)
            else:
                done = plan_batch_again(batch, user)
        except (ImportImpossibleError, PermissionDenied, RefusedError) as error:
            for line in str(error).splitlines():
                self.message_user(request, line, messages.ERROR)
        else:
            level = messages.ERROR if done.state == State.REFUSED else messages.SUCCESS
            self.message_user(request, f"{done.get_state_display()}. {done.summary}.", level)
            return done
        return None

    def errors_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The errors of a plan as CSV, to be worked through beside the file."""
        content = errors_as_csv(self.get_batch(request, object_id))
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="errors.csv"'
        return response

    def get_batch(self, request: HttpRequest, object_id: str) -> Batch:
        """The batch with this id, if the account may see it."""
        batch = self.get_object(request, unquote(object_id))
        if batch is None or not self.has_view_permission(request, batch):
            raise Http404
        return batch

    def render_page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        """A page of the desk."""
        each = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**each, "opts": self.opts, **context})


def is_from_file(batch: Batch) -> bool:
    """Whether a batch came by a file, not by the form of “Edit together”."""
    return batch.origin == Revision.Origin.IMPORT


def batch_url(batch: Batch) -> str:
    """The page of a batch."""
    return reverse("admin:exchange_batch_change", args=[batch.pk])


def plan_page_context(batch: Batch, request: HttpRequest) -> dict[str, Any]:
    """The rows of a plan that are shown: those with the outcome that is asked for, a page."""
    entries, shown = batch.parsed_plan["entries"], request.GET.get("outcome", "")
    if shown in RowOutcome.values:
        entries = [entry for entry in entries if entry["outcome"] == shown]
    rows = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    slugs = [entry["slug"] for entry in rows]
    proposed = {p.slug: p for p in batch.proposals.filter(slug__in=slugs)}
    rows.object_list = [{**entry, "proposal": proposed.get(entry["slug"])} for entry in rows]
    states = Counter(batch.proposals.values_list("state", flat=True))
    return {
        "rows": rows,
        "proposed": [(state.label, states[state]) for state in Proposal.State if states[state]],
        "shown": shown,
        "counts": [(outcome, batch.parsed_plan["counts"][outcome]) for outcome in RowOutcome],
        "total": len(batch.parsed_plan["entries"]),
    }


def errors_as_csv(batch: Batch) -> str:
    """The errors of a plan as CSV; no cell of it is a formula."""
    writer = csv.writer(EchoFile())
    lines = [("row", "slug", "column", "reason")]
    lines += [("", "", "", fault) for fault in batch.parsed_plan["faults"]]
    for entry in batch.parsed_plan["entries"]:
        for fault in entry["faults"]:
            place = (str(entry["row"]), entry["slug"], fault["column"])
            lines.append((*place, fault["reason"]))
    return "".join(
        writer.writerow([guard_against_formula(cell) for cell in line]) for line in lines
    )


def add_import_actions(pages: Any) -> None:
    """On the list of a type: import a file of such records, edit those that are ticked."""
    pages.actions = [*pages.actions, edit_together]
    pages.list_before_template = "exchange/import_link.html"


for model in record_models().values():
    add_import_actions(admin.site.get_model_admin(model))
proposal_admin: Any = admin.site.get_model_admin(Proposal)
proposal_admin.page_template = "exchange/proposal.html"

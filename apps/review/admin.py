"""The review queue: proposals with their differences, and what can be done with them."""

from collections.abc import Callable
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import display

from apps.core.fields import validate_plain_text
from apps.core.models import record_models
from apps.core.permissions import Act
from apps.desk.forms import RecordActionForm
from apps.desk.lists import UnchangeableAdmin
from apps.documents.proposals import is_slug_taken, newest_visible_version, proposal_divergences
from apps.ledger.models import Proposal
from apps.review import acts

State = Proposal.State
STATE_BADGES = {
    "Waits for review": "info",
    "Sent back to its author": "warning",
    "Approved": "success",
    "Refused": "danger",
}
DONE_MESSAGES = {
    "approve": "Approved: readers see it now.",
    "send_back": "Sent back to its author.",
    "refuse": "Refused.",
    "withdraw": "Withdrawn.",
    "bring_up_to_date": "Brought up to date.",
}


class WhoseFilter(admin.SimpleListFilter):
    """What one proposed oneself, and what others did."""

    title, parameter_name = "whose", "whose"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("own", "One's own"), ("others", "Others'")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        own = queryset.filter(author=request.user)
        others = queryset.exclude(author=request.user)
        return {"own": own, "others": others}.get(self.value() or "", queryset)


@admin.register(Proposal)
class ProposalAdmin(UnchangeableAdmin):
    """What contributors propose: their own to themselves, all of it to reviewers."""

    desk, icon = "Review", "rate_review"
    list_display = ["__str__", "badge", "author", "reason", "origin", "changed_at"]
    list_filter = ["state", WhoseFilter, "type", "author"]
    list_select_related = ["author"]
    search_fields = ["slug", "reason"]
    date_hierarchy = "changed_at"
    action_form = RecordActionForm
    actions = ["approve"]
    page_template = "review/proposal.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        proposals = super().get_queryset(request).select_related("author", "base", "revision")
        reviews = request.user.has_perm(Act.REVIEW)
        return proposals if reviews else proposals.filter(author=request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return request.user.has_perm(Act.PROPOSE)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Act.REVIEW)

    @display(description="state", ordering="state", label=STATE_BADGES)
    def badge(self, proposal: Proposal) -> str:
        return proposal.get_state_display()

    @admin.action(description="Approve together, as one revision", permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet) -> None:
        text = request.POST.get("reason", "").strip()
        self.attempt_act(
            request, lambda: acts.approve(list(queryset), request.user, text), "Approved."
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A proposal, what it changes, what was said of it; and the buttons to decide on it."""
        proposal = self.get_object(request, object_id)
        if proposal is None or not self.has_view_permission(request, proposal):
            raise Http404
        if request.method == "POST":
            self.handle_button(request, proposal)
            return HttpResponseRedirect(request.path)
        context = {**self.admin_site.each_context(request), **self.page_context(request, proposal)}
        return TemplateResponse(request, self.page_template, context)

    def page_context(self, request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
        """What the page of a proposal shows."""
        user, is_open = request.user, proposal.state in Proposal.OPEN
        now, is_own = newest_visible_version(proposal, user), proposal.author == user
        sides = proposal_divergences(proposal, user) if is_open else []
        has_form = is_open and not is_slug_taken(proposal, user)
        faults = acts.faults_if_approved(proposal, user) if proposal.state == State.WAITING else []
        return {
            "opts": self.opts,
            "title": str(proposal),
            "proposal": proposal,
            "rows": [divergence for divergence in sides if divergence.is_visible],
            "moved_on": is_open and now != proposal.base,
            "now": now,
            "name": proposed_name(proposal),
            "faults": faults,
            "together": acts.proposals_named_by(proposal, user) if faults else [],
            "may_edit": is_own and is_open,
            "may_decide": not is_own
            and proposal.state == State.WAITING
            and self.has_review_permission(request),
            "form_address": proposal_form_address(proposal) if has_form else None,
            "remarks": proposal.remarks.select_related("user"),
        }

    def handle_button(self, request: HttpRequest, proposal: Proposal) -> None:
        """Do what the button says; what it refuses is told, and nothing is done."""
        user, text = request.user, request.POST.get("text", "").strip()[:1000]
        seen = request.POST.get("seen", "")
        chosen = {
            name.removeprefix("side-"): str(side)
            for name, side in request.POST.items()
            if name.startswith("side-")
        }
        number = int(seen) if seen.isdecimal() and len(seen) < 19 else 0
        buttons = {
            "approve": lambda: acts.approve([proposal], user, text),
            "send_back": lambda: acts.send_back(proposal, user, text),
            "refuse": lambda: acts.refuse(proposal, user, text),
            "withdraw": lambda: acts.withdraw(proposal, user, text),
            "bring_up_to_date": lambda: acts.bring_up_to_date(proposal, user, number, chosen),
        }
        button = request.POST.get("act", "")
        self.attempt_act(
            request, buttons.get(button, refuse_unknown_button), DONE_MESSAGES.get(button, "")
        )

    def attempt_act(self, request: HttpRequest, work: Callable[[], object], done: str) -> None:
        """One transaction; what refuses it is told."""
        try:
            validate_plain_text(" ".join(request.POST.get("text", "").split()))
            with transaction.atomic():
                work()
        except ValidationError as error:  # a RefusedError is one
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        except PermissionDenied as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)


def proposed_name(proposal: Proposal) -> str:
    """What the record would be called."""
    document = orjson.loads(proposal.document)
    return document.get("name") or document.get("title") or ""


def refuse_unknown_button() -> None:
    raise ValidationError("Choose one of the buttons.")


def proposal_form_address(proposal: Proposal) -> str:
    """Where the proposed document stands in the record's own form."""
    model = record_models()[proposal.type]
    record = model.objects.filter(slug=proposal.slug).only("pk").first()
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return f"{reverse(names, args=[record.pk if record else -proposal.pk])}?proposal={proposal.pk}"

"""Forms that may end as a proposal: of who may not publish, and of who was overtaken while typing.

A proposal is opened again in the record's own form, by `?proposal=` and its number.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.models import Record
from apps.core.permissions import Act
from apps.desk.forms import RecordForm
from apps.documents.acts import REFUSING_ERRORS, Outcome, outcome_of_error, rehearsal
from apps.documents.faults import Fault, RefusedError
from apps.documents.proposals import write_provisionally
from apps.documents.writing import render_documents
from apps.ledger.models import Proposal, Revision, Version

KEPT_MESSAGE = "Somebody saved this record after you opened it. What you typed was kept: compare."
SAVED_AT_ONCE_MESSAGE = (
    "Somebody saved something of this at the same time: look it over and save again."
)
POPUP_MESSAGE = "In this window, save it as a draft."
RETRACTED = Record.Publication.RETRACTED
PROPOSING_LABELS = {  # a choice on a form, and an action on a list
    Record.Publication.PUBLISHED: "Published: proposed, and published once somebody approves it",
    "publish": "Propose to publish",
}


class FormRequest(HttpRequest):
    """A request for a record's form, which goes through several hands until it is answered."""

    user: User
    proposal: Proposal | None  # the one that is opened in the form
    late_faults: list[tuple[str, str]]  # what the end of the revision refused, by field


class ProposingAdmin(ModelAdmin):
    """A form whose save is one transaction, and what becomes of it if that is refused or held."""

    def changeform_view(self, request: FormRequest, *args: object, **kwargs: object) -> Any:
        """A save is one transaction; what its end refuses is shown on the form, as typed."""
        request.proposal = proposal_in_address(request, self.model, args[0] if args else None)
        try:
            return self.form_page(request, *args, **kwargs)
        except REFUSING_ERRORS as error:
            outcome = outcome_of_error(error)
        except IntegrityError:
            outcome = Outcome(faults=(Fault("", "", "", SAVED_AT_ONCE_MESSAGE),))
        if outcome.proposals and "_popup" not in request.POST:
            return self.submit_proposals(request, outcome.proposals)
        faults = outcome.faults or (Fault("", "", "publication", POPUP_MESSAGE),)
        request.late_faults = [(fault.path, fault.reason) for fault in faults]
        return self.form_page(request, *args, **kwargs)

    def form_page(self, request: FormRequest, *args: object, **kwargs: object) -> Any:
        """The form; that of a proposal is the record's own, with the proposed document in it."""
        proposal = request.proposal
        if proposal is not None and request.method == "GET":
            self.show_last_remark(request, proposal)
        if proposal is None or (proposal.base and request.method == "POST"):
            return super().changeform_view(request, *args, **kwargs)
        with rehearsal():
            try:
                write_provisionally(proposal)
            except RefusedError as error:
                self.message_user(request, str(error), messages.ERROR)
                return HttpResponseRedirect(reverse("admin:index"))
            page = super().changeform_view(request, *args, **kwargs)
            if hasattr(page, "render"):
                page.render()
        return page

    def get_form(
        self,
        request: HttpRequest,
        obj: Record | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> Any:
        """The form; of a proposal, with the reason that its author gave."""
        form = super().get_form(request, obj, change=change, **kwargs)
        proposal = getattr(request, "proposal", None)
        form.typed_reason = proposal.reason if proposal else ""
        return form

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> Any:
        """Who may only propose is told so where a record is published."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        may = request.user.has_perm
        if db_field.name == "publication" and not may(Act.PUBLISH) and field is not None:
            words = [(word, PROPOSING_LABELS.get(word, label)) for word, label in field.choices]
            field.choices = [
                (word, label) for word, label in words if word != RETRACTED or may(Act.DRAFT)
            ]
        return field

    def get_action_choices(self, request: HttpRequest, *args: object) -> list[Any]:
        """What can be done with the records ticked in the list."""
        choices = super().get_action_choices(request, *args)
        if request.user.has_perm(Act.PUBLISH):
            return choices
        return [(name, PROPOSING_LABELS.get(name, label)) for name, label in choices]

    def submit_proposals(self, request: FormRequest, proposals: Sequence[Proposal]) -> HttpResponse:
        """Submit what the account may not do by itself, or what would write over others' work."""
        for proposal in proposals:
            proposal.pk = request.proposal.pk if request.proposal else None
            proposal = Proposal.objects.submit(proposal)
            kept = proposal.state == Proposal.State.KEPT
            text = KEPT_MESSAGE if kept else f"{proposal} was proposed; it waits for review."
            self.message_user(request, text, messages.WARNING if kept else messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:ledger_proposal_change", args=[proposal.pk]))

    def show_last_remark(self, request: HttpRequest, proposal: Proposal) -> None:
        """Show on the form what others said last of the proposal."""
        others = proposal.remarks.exclude(user=proposal.author).exclude(text="")
        if remark := others.select_related("user").last():
            said = f"{remark.get_act_display()} by {remark.user}: {remark.text}"
            self.message_user(request, said, messages.WARNING)


def proposal_in_address(request: FormRequest, model: type[Record], key: object) -> Proposal | None:
    """The account's own open proposal whose form is asked for, if one is.

    Raises:
        Http404: there is none, or it is not about the record with this key.
    """
    number = request.GET.get("proposal")
    if number is None:
        return None
    own = Proposal.objects.open().filter(author=request.user, type=model.endpoint())
    proposal = get_object_or_404(own, pk=number if number.isdecimal() and len(number) < 19 else 0)
    record = model._default_manager.filter(slug=proposal.slug).only("pk").first()
    if str(key) != str(record.pk if record else -proposal.pk):
        raise Http404
    return proposal


def proposal_from_form(form: RecordForm, user: User) -> Proposal:
    """What a form would make of a record that somebody else saved meanwhile, to be kept."""
    record: Record = form.instance
    ((_, body),) = render_documents(type(record), [record.pk])
    seen = Version.objects.for_record(record).filter(pk=form.cleaned_data.get("seen") or 0)
    return Proposal(
        type=record.endpoint(),
        slug=record.slug,
        base=seen.first(),
        document=body,
        reason=form.cleaned_data["reason"],
        author=user,
        origin=Revision.Origin.ADMIN,
        state=Proposal.State.KEPT,
    )


def may_only_propose(act: str) -> bool:
    """What is opened as a proposal is saved as one, whoever opened it."""
    return act == Act.PROPOSE

"""A record's history on its page; what each revision changed, and the way back to it."""

from functools import partial
from typing import Any

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.core.models import Record
from apps.core.permissions import Account, Act
from apps.desk.pages import DeskPages, ReasonForm, record_form_address
from apps.documents.acts import Outcome, perform_act
from apps.documents.differences import Document, find_differences
from apps.documents.faults import Fault
from apps.documents.reverting import check_version_access, default_revert_reason, revert_to_version
from apps.ledger.models import Revision, Version
from apps.merging.merging import undo_merge

MAX_VERSIONS_SHOWN = 20  # the newest entries of a history
Operation = Version.Operation
NOTHING_CHANGED = "The record says that already: nothing was changed."


class VersionPages(DeskPages):
    """The history of a record, line by line, and a page for each line."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_version"
        view = self.admin_site.admin_view(self.version_page)
        return [
            path("<path:object_id>/versions/<int:number>/", view, name=name),
            *super().get_urls(),
        ]

    @display(description="history")
    def history_of_record(self, record: Record) -> str:
        """Who changed the record, when and why, newest first; each line leads to what it did."""
        versions = Version.objects.for_record(record).select_related("revision__user")[
            :MAX_VERSIONS_SHOWN
        ]
        rows = ((history_line(record, version, at),) for at, version in enumerate(versions))
        return format_html_join("", "<div>{}</div>", rows)

    def version_page(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """What a revision changed in a record, and how the record would change back."""
        record = self.get_visible_record(request, object_id)
        versions = list(Version.objects.for_record(record).select_related("revision__user"))
        place = next((at for at, entry in enumerate(versions) if entry.pk == number), None)
        if place is None:
            raise Http404
        version, newest = versions[place], versions[0]
        check_version_access(version, request.user)
        earlier = versions[place + 1 :]
        before = next((entry for entry in earlier if may_compare_with(entry, request.user)), None)
        form = ReasonForm(request.POST or None, initial={"reason": default_revert_reason(version)})
        faults: tuple[Fault, ...] = ()
        if request.method == "POST" and form.is_valid():
            faults = self.handle_button(request, version, form.cleaned_data["reason"]).faults
            if not faults:
                return HttpResponseRedirect(record_form_address(record))
        context = {
            "record": record,
            "version": version,
            "changes": list(find_differences(version_document(before), version_document(version))),
            "back": list(find_differences(version_document(newest), version_document(version))),
            "can_be_reverted": may_revert(request.user, version, newest),
            "merges": merges_to_take_apart(version, newest)
            if request.user.has_perm(Act.PUBLISH)
            else [],
            "faults": faults,
            "form": form,
        }
        return self.render_page(request, "core/version.html", str(record), context)

    def handle_button(self, request: HttpRequest, version: Version, reason: str) -> Outcome:
        """Do what the button says, and tell what became of it, unless it was refused."""
        takes_apart = request.POST.get("act") == "take_apart"
        outcome = perform_act(
            partial(undo_merge if takes_apart else revert_to_version, version),
            user=request.user,
            reason=reason,
            origin=Revision.Origin.ADMIN,
        )
        if outcome.revision and takes_apart:
            self.message_user(request, "The merge was taken apart.", messages.SUCCESS)
        elif outcome.revision:
            done = (
                f"{default_revert_reason(version)}."
                if outcome.revision.changes
                else NOTHING_CHANGED
            )
            self.message_user(request, done, messages.SUCCESS)
        for proposal in outcome.proposals:
            address = reverse("admin:ledger_proposal_change", args=[proposal.pk])
            text = "It was proposed, and waits for review: <a href='{}'>{}</a>."
            self.message_user(request, format_html(text, address, proposal))
        return outcome


def history_line(record: Record, version: Version, at: int) -> SafeString:
    """One entry of a history, with the way to what it changed, and back to it."""
    made = version.revision
    number = f"revision {made.number}" if made.number else "unpublished"
    who = made.user.get_username() if made.user else made.get_origin_display()
    into = f" “{version.into}”" if version.into else ""
    reason = f": {made.reason}" if made.reason else ""
    what = f"{version.get_operation_display()}{into} · {who}{reason}"
    names = f"admin:{record._meta.app_label}_{record._meta.model_name}_version"
    address = reverse(names, args=[record.pk, version.pk])
    line = format_html(
        '<a class="version" href="{}">{}</a>',
        address,
        f"{made.at:%Y-%m-%d %H:%M} · {number} · {what}",
    )
    if not version.document or not at:
        return line
    return format_html('{} · <a class="revert" href="{}#revert">revert to this</a>', line, address)


def version_document(version: Version | None) -> Document | None:
    """The document of a version, if it has one."""
    return orjson.loads(version.document) if version and version.document else None


def may_compare_with(version: Version, user: Account) -> bool:
    """Whether a version has a document that the account may compare with."""
    own = version.revision.user_id == user.pk
    return bool(version.document) and (version.is_public or own or user.has_perm(Act.DRAFT))


def may_revert(user: Account, version: Version, newest: Version) -> bool:
    """Whether there is something to go back to, for an account that may at least propose it."""
    return bool(version.document) and version != newest and user.has_perm(Act.PROPOSE)


def merges_to_take_apart(version: Version, newest: Version) -> list[Version]:
    """The merge that a version is of, while nothing came after it."""
    if version != newest:
        return []
    return list(version.revision.versions.filter(operation=Operation.MERGED))

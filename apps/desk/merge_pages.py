"""“Merge with…”: choose the other record, compare the two field by field, say why, done."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from apps.core.models import Record
from apps.core.permissions import Account
from apps.core.vocabularies import NameKind
from apps.desk.forms import NO_CHOICE, ReferenceSelect, newest_version_id
from apps.desk.pages import DeskPages, ReasonForm, record_form_address
from apps.documents.acts import Outcome, perform_act
from apps.documents.faults import RefusedError
from apps.ledger.models import Revision
from apps.merging import merging
from apps.merging.combining import FieldChoice, field_choices
from apps.merging.merging import MergePlan, ReferenceMove

MAX_RECORDS_SHOWN = 50  # records of a type that are named; of others the number
REHEARSAL_REASON = "Rehearsed"
CHANGED_MEANWHILE = "One of the two was changed meanwhile: look again."
SIDE_PREFIX = "side-"  # begins the names of the fields in which a side is chosen


class OtherRecordForm(forms.Form):
    """Which record is the same as this one."""

    def __init__(
        self, of: Record, admin_site: admin.AdminSite, data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        part: Any = of.parts()["citations"]  # it refers to a record, which is what the widget asks
        self.fields["with"] = forms.ModelChoiceField(
            type(of)._default_manager.exclude(pk=of.pk),
            label="Merge with",
            widget=ReferenceSelect(part._meta.get_field("record"), admin_site),
        )


class MergeForm(ReasonForm):
    """Why two records are one, and what sort of name the name is that is not taken."""

    alias = forms.ChoiceField(
        choices=[*NO_CHOICE, *NameKind.choices],
        required=False,
        label="Kind of the other name",
        help_text="The name that is not taken becomes a further name. Empty: as it looks.",
        widget=UnfoldAdminSelectWidget,
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, pair: tuple[Record, Record], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.initial["seen"] = "-".join(str(newest_version_id(record)) for record in pair)
        if "names" not in type(pair[0]).parts():
            del self.fields["alias"]

    def clean_seen(self) -> str:
        seen = str(self.cleaned_data["seen"])
        if seen != self.initial["seen"]:
            raise forms.ValidationError(CHANGED_MEANWHILE)
        return seen


@dataclass(frozen=True)
class ChoiceRow:
    """Fields that are chosen together, as the page shows them, and the side that is ticked."""

    choice: FieldChoice
    ticked: str

    @property
    def fields(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, and value on each side."""
        for name in self.choice.fields:
            yield name, self.choice.survivor[name], self.choice.other[name]

    @property
    def sides(self) -> Iterator[tuple[str, bool]]:
        """What can be chosen, and whether it is."""
        for side in self.choice.sides:
            yield side, side == self.ticked


class MergePages(DeskPages):
    """The page on which two records of a type are merged."""

    actions_detail = ["merge_with"]

    @action(description="Merge with…", url_path="merge", permissions=["publish"], icon="merge")
    def merge_with(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose the other record; then what of both is kept."""
        survivor = self.get_visible_record(request, object_id)
        title = f"Merge “{survivor}” with…"
        other = OtherRecordForm(
            survivor, self.admin_site, request.GET if "with" in request.GET else None
        )
        if not other.is_valid():
            return self.render_page(request, "core/merge_with.html", title, {"form": other})
        pair = survivor, self.get_visible_record(request, str(other.cleaned_data["with"].pk))
        try:
            plan = merging.plan_merge(*pair)
        except RefusedError as refused:
            return self.render_page(
                request, "core/merge_with.html", title, {"form": other, "faults": refused.faults}
            )
        return self.comparison_page(request, plan)

    def comparison_page(self, request: HttpRequest, plan: MergePlan) -> HttpResponse:
        """Both records side by side; when the form is sent, the merge."""
        pair = plan.survivor, plan.other
        chosen = {
            name.removeprefix(SIDE_PREFIX): str(side)
            for name, side in request.POST.items()
            if name.startswith(SIDE_PREFIX)
        }
        rows = [
            ChoiceRow(
                choice,
                side if (side := chosen.get(choice.name)) in choice.sides else choice.default_side,
            )
            for choice in field_choices(type(plan.survivor), *plan.before)
        ]
        chosen = {row.choice.name: row.ticked for row in rows}
        form = MergeForm(pair, request.POST or None)
        typed = form.cleaned_data if request.method == "POST" and form.is_valid() else None
        outcome = merge_as_typed(plan, chosen, request.user, typed)
        if outcome.revision and typed:
            return self.redirect_to_survivor(request, plan)
        context = {"plan": plan, "rows": rows, "form": form, "faults": outcome.faults}
        context |= {"moves": moves_by_type(plan.moves), "swapped": self.swapped_address(*pair)}
        title = f"Merge “{plan.other}” into “{plan.survivor}”"
        return self.render_page(request, "core/merge.html", title, context)

    def redirect_to_survivor(self, request: HttpRequest, plan: MergePlan) -> HttpResponse:
        """Say that it is done, on the survivor's page."""
        text = f"“{plan.other.slug}” was merged into this record; readers are led here."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(record_form_address(plan.survivor))

    def swapped_address(self, survivor: Record, other: Record) -> str:
        """The address of the same page with the two in each other's place."""
        return f"{self.page_address('merge_with', other.pk)}?with={survivor.pk}"


def merge_as_typed(
    plan: MergePlan, chosen: dict[str, str], user: Account, typed: dict[str, str] | None
) -> Outcome:
    """A merge with the sides that were chosen; its rehearsal, while no reason for it is typed."""
    alias = typed.get("alias", "") if typed else ""
    return perform_act(
        lambda opened: merging.merge_records(plan.survivor, plan.other, opened, chosen, alias),
        user=user if typed else None,
        reason=typed["reason"] if typed else REHEARSAL_REASON,
        origin=Revision.Origin.ADMIN,
        rehearse=not typed,
    )


def moves_by_type(moves: list[ReferenceMove]) -> list[tuple[str, int, list[tuple[str, str, str]]]]:
    """What will move, by type: how many, and the first of them as (address, name, state)."""
    groups = []
    for endpoint, group in groupby(moves, key=lambda move: move.record.endpoint()):
        records = [move.record for move in group]
        named = [
            (record_form_address(r), str(r), r.publication) for r in records[:MAX_RECORDS_SHOWN]
        ]
        groups.append((endpoint, len(records), named))
    return groups

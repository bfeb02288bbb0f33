"""The curator's desk: forms over the tables that end in the ledger, for every type alike."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import action
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.core.fields import PlainTextField
from apps.core.models import Part, Record
from apps.core.revisions import GateClosedError, revision
from apps.ledger.models import Revision, Version

LONG = 250  # text longer than this gets a box of several lines


class RecordForm(forms.ModelForm):
    """A record's own columns, and why they are changed."""

    reason = forms.CharField(
        max_length=500,
        required=False,
        help_text="Why: kept in the history. Needed for a change to a published record.",
    )
    late_error: ValidationError | None = None

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        was_public = self.instance.pk and self.instance.document is not None
        if was_public and self.has_changed() and not cleaned.get("reason"):
            self.add_error("reason", "Say why this published record is changed.")
        if self.late_error is not None:
            self.add_error(None, self.late_error)
        return cleaned


class PartFormSet(BaseInlineFormSet):
    """A list of parts, numbered from 1 in the order in which the form shows them."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.record = self.instance
        return form

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form.is_valid() and form.has_changed() and form not in self.deleted_forms:
                try:
                    form.instance.check_within(self.instance)
                except ValidationError as error:
                    form.add_error(None, error)

    def save(self, commit: bool = True) -> Any:
        last = max((form.instance.position or 0 for form in self.forms), default=0)
        for step, form in enumerate(self.extra_forms, start=1):
            form.instance.position = last + step
        rows = super().save(commit=commit)
        if commit:
            self._renumber()
        return rows

    def _renumber(self) -> None:
        """Close the gaps that deleted rows leave."""
        rows: Any = cast(Any, self.model).objects.filter(record=self.instance)
        for position, row in enumerate(rows, start=1):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])


class PartInline(TabularInline):
    """A list of parts on its record's page."""

    formset = PartFormSet
    extra = 0
    show_change_link = False
    tab = True


class CitationInline(StackedInline):
    """The citations of a record; the fields on offer are the record's own."""

    formset = PartFormSet
    extra = 0
    tab = True
    autocomplete_fields = ["article"]
    fieldsets = [
        (None, {"fields": [("article", "section", "paragraph", "page")]}),
        (None, {"fields": [("field", "value", "stance"), "note"]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "field":
            names = [(name, name) for name in self.parent_model.citable_fields()]
            return forms.TypedChoiceField(
                choices=[("", "the record as such"), *names],
                required=False,
                empty_value=None,
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def inline(part: type[Part], base: type[Any] = PartInline) -> type[Any]:
    """The inline of a kind of part, with autocomplete on its references."""
    references = [f.name for f in part._meta.fields if f.is_relation and f.name != "record"]
    options = {"model": part, "fk_name": "record", "autocomplete_fields": references}
    return type(f"{part.__name__}Inline", (base,), {**options, "__module__": __name__})


class RecordAdmin(ModelAdmin):
    """Enter, correct, publish and retract records of one type.

    A type names its list columns and filters; parts, citations, search and the way into the
    ledger are the same for all.
    """

    form = RecordForm
    actions = ["publish", "retract"]
    list_per_page = 50
    list_filter_submit = False
    search_fields = ["slug", "name", "summary"]
    readonly_fields = ["revision", "updated_at", "disputed_fields", "history_of_record"]
    warn_unsaved_form = True
    compressed_fields = True
    list_fullwidth = True
    view_on_site = True

    def __init__(self, model: Any, admin_site: Any) -> None:
        references = [f for f in [*model._meta.fields, *model._meta.many_to_many] if f.is_relation]
        self.autocomplete_fields = [field.name for field in references]
        own: Any = self.list_filter  # type: ignore[has-type]
        self.list_filter = ["publication", "certainty", *own]
        if "names" in model.parts() and "names__name" not in self.search_fields:
            self.search_fields = [*self.search_fields, "names__name"]
        if model.label_field == "name":
            self.prepopulated_fields = {"slug": ["name"]}
        super().__init__(model, admin_site)
        citation = model.parts()["citations"]
        others = [inline(part) for name, part in model.parts().items() if name != "citations"]
        self.inlines = [inline(citation, CitationInline), *others]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("document")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        ends = ["summary", "certainty", "topics", "publication", "reason"]
        own = [name for name in self.get_fields(request, obj) if name not in ends]
        shown = [name for name in own if name not in self.readonly_fields]
        return [
            (None, {"fields": shown}),
            ("Record", {"fields": ends}),
            ("Ledger", {"fields": self.readonly_fields}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["slug"] if obj is not None and obj.revision is not None else []
        return [*self.readonly_fields, *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj is not None else self.prepopulated_fields

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, PlainTextField) and (db_field.max_length or 0) > LONG:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.late_error = getattr(request, "late_error", None)
        return form

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A save is one revision; what its end refuses is shown on the form, as typed."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        try:
            reason = request.POST.get("reason", "")[:500]
            with revision(request.user, reason, Revision.Origin.ADMIN) as request.revision:
                return super().changeform_view(request, *args, **kwargs)
        except GateClosedError as error:
            request.late_error = error
            return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        # Parts and citations are in their tables only after this call: the ledger comes last.
        super().save_related(request, form, formsets, change)
        request.revision.touch(form.instance)

    def delete_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with revision(request.user, "Draft deleted", Revision.Origin.ADMIN) as request.revision:
            return super().delete_view(request, *args, **kwargs)

    def delete_model(self, request: Any, obj: Record) -> None:
        request.revision.discard(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts may be deleted; what was ever published is retracted and leaves a tombstone."""
        deletable = obj is not None and obj.revision is None
        return deletable and super().has_delete_permission(request, obj)

    @action(description="Publish selected records", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        self.move(request, queryset, Record.Publication.PUBLISHED)

    @action(description="Retract selected records", permissions=["change"])
    def retract(self, request: HttpRequest, queryset: Any) -> None:
        self.move(request, queryset, Record.Publication.RETRACTED)

    def move(self, request: HttpRequest, queryset: Any, to: str) -> None:
        """Publish or retract records as one revision, all of them or none."""
        verb = "Published" if to == Record.Publication.PUBLISHED else "Retracted"
        try:
            with revision(request.user, f"{verb} in the list", Revision.Origin.ADMIN) as opened:
                for record in queryset.select_for_update():
                    record.publication = to
                    record.save(update_fields=["publication"])
                    opened.touch(record)
        except GateClosedError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, f"{verb}: {len(queryset)}.", messages.SUCCESS)

    @staticmethod
    def history_of_record(record: Record) -> str:
        """Who changed the record, when and why, newest first."""
        return "\n".join(history_lines(record)) or "Not saved yet."


def history_lines(record: Record) -> Iterator[str]:
    """The newest 20 entries of a record's history, one line each."""
    if record.pk is None:
        return
    versions = Version.objects.of(record).select_related("revision__user")[:20]
    for version in versions:
        made = version.revision
        number = f"revision {made.number}" if made.number else "unpublished"
        who = made.user.get_username() if made.user else made.get_origin_display()
        reason = f": {made.reason}" if made.reason else ""
        what = f"{version.get_operation_display()} · {who}{reason}"
        yield f"{made.at:%Y-%m-%d %H:%M} · {number} · {what}"


RecordAdmin.history_of_record.short_description = "history"  # type: ignore[attr-defined]

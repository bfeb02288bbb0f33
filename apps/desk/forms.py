"""The forms behind the curator's desk: a record, its lists of parts, and their fields."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import TabularInline
from unfold.forms import ActionForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.core.fields import EdtfField, WordListField, validate_plain_text
from apps.core.models import Part, Record
from apps.documents.serializers import MAX_LIST_ENTRIES
from apps.ledger.models import Version

NO_CHOICE = [("", "Select value")]
PUBLISHED, RETRACTED = Record.Publication.PUBLISHED, Record.Publication.RETRACTED
WITHDRAW_PROPOSAL_FIRST = (
    "What is proposed will be published; withdraw the proposal if it should not."
)
ONLY_PUBLISHED_IS_RETRACTED = "Only what was published is retracted; a draft can be deleted."
MAX_SHORT_TEXT = 300  # text longer than this gets a box of several lines
MAX_FIELDS_IN_ROW = 4  # fields beside each other


class OptionsById:
    """Shows the chosen records; what is no id at all, out of a forged address, is none."""

    def optgroups(
        self, name: str, value: Iterable[object], attrs: dict[str, Any] | None = None
    ) -> Any:
        ids = [pk for pk in map(str, value) if pk.isdecimal() and len(pk) <= 18]
        return super().optgroups(name, ids, attrs)  # type: ignore[misc]


class ReferenceSelect(OptionsById, AutocompleteSelect):
    """One record, found by typing a part of its name."""


class ReferencesSelect(OptionsById, AutocompleteSelectMultiple):
    """Several records, found by typing parts of their names."""


class ReasonField(forms.CharField):
    """Why something is done, for the history."""

    default_validators = [validate_plain_text]
    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, required=False, **kwargs)


class RecordActionForm(ActionForm):
    """Which action on the records ticked in a list, and why."""

    reason = ReasonField(label="")
    reason.widget.attrs["placeholder"] = "Reason, for the history"


class RecordForm(forms.ModelForm):
    """A record's own columns, and why they are changed."""

    reason = ReasonField(
        help_text="Why: kept in the history. Needed for a change to a published record."
    )
    # On the form only if it came back with likely duplicates.
    is_another = forms.BooleanField(
        required=False,
        label="It is another one: save it all the same",
        widget=UnfoldBooleanWidget,
    )
    # The newest entry of the record's history when the form was shown.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_stale = False  # whether somebody saved the record after the form was shown
    typed_reason = ""  # of the proposal that is opened in the form
    late_faults: Iterable[tuple[str, str]] = ()  # what the end of the revision refused

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = newest_version_id(self.instance)
        self.initial["reason"] = self.typed_reason

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        is_new = self.instance.pk is None
        self.is_stale = not is_new and cleaned.get("seen") != self.initial["seen"]
        if (self.instance.pk or 0) < 0 and cleaned.get("publication") != PUBLISHED:
            self.add_error("publication", WITHDRAW_PROPOSAL_FIRST)
        if self.instance.revision is None and cleaned.get("publication") == RETRACTED:
            self.add_error("publication", ONLY_PUBLISHED_IS_RETRACTED)
        for path, reason in self.late_faults:
            if path in self.fields:
                self.add_error(path, reason)
            else:
                self.add_error(None, f"{path}: {reason}" if path else reason)
        return cleaned


def newest_version_id(record: Record) -> int:
    """The id of the newest entry in a record's history; 0 if it has none."""
    versions = Version.objects.for_record(record).values_list("pk", flat=True)
    return (versions.first() if record.pk else None) or 0


class PartForm(forms.ModelForm):
    """One row of a list of parts; `rank` is its place after the rows were dragged about."""

    rank = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["rank"] = self.instance.position

    @property
    def changed_data(self) -> list[str]:
        """The fields that were edited: an empty row is empty wherever it was dragged."""
        return [name for name in super().changed_data if name != "rank"]


class PartFormSet(BaseInlineFormSet):
    """A list of parts, numbered from 1 in the order in which the form shows them."""

    model: Any
    fk: Any

    @cached_property
    def empty_form(self) -> Any:
        """The row that is copied for a new one: made once a page, and not at each look."""
        return super().empty_form

    def _construct_form(self, i: int, **kwargs: object) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.record = self.instance
        return form

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """A row is what was typed: the one that was shown may be gone, the list is written anew."""
        super().add_fields(form, index)
        hidden = form.fields["id"]
        form.fields["id"] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=hidden.initial
        )

    def forms_to_keep(self) -> list[Any]:
        """The forms of the rows that will be in the list, in their order."""
        rows = [
            form
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not self._should_delete_form(form)  # type: ignore[attr-defined]
        ]
        ranks = {row: row.cleaned_data.get("rank") for row in rows if row.is_valid()}
        return sorted(rows, key=lambda row: (ranks.get(row) is None, ranks.get(row)))

    def clean(self) -> None:
        """Hold each row against the rest of the record, and the rows against one another."""
        rows = [row for row in self.forms_to_keep() if row.is_valid()]
        for row in rows:
            if row.has_changed():
                try:
                    row.instance.check_within(self.instance)
                except ValidationError as error:
                    row.add_error(None, error)
        for row, name, message in self._repeated_rows(rows):
            row.add_error(name, message)

    def _repeated_rows(self, rows: list[Any]) -> Iterator[tuple[Any, str, str]]:
        """Rows that stand twice; unlike for the database, two unknown values are the same."""
        for constraint in self.model._meta.total_unique_constraints:
            names = [name for name in constraint.fields if name != "record"]
            seen: set[Any] = set()
            for row in rows if "position" not in names else ():
                key = tuple(row.cleaned_data.get(name) for name in names)
                if key in seen:
                    yield row, names[-1], str(constraint.get_violation_error_message())
                seen.add(key)

    def save(self, commit: bool = True) -> Any:
        """Write the list anew, so that rows may also have changed places."""
        saved = super().save(commit=False)  # says what is new, changed and gone
        rows = self.forms_to_keep()
        instances = [row.instance for row in rows]
        parts = getattr(self.instance, self.fk.remote_field.related_name).order_by("position")
        shown = [row.pk for row in instances]
        is_other = any(row.has_changed() for row in rows) or shown != list(
            parts.values_list("pk", flat=True)
        )
        if commit and is_other:
            parts.all().delete()
            for position, row in enumerate(instances, start=1):
                row.pk, row.position = None, position
            self.model.objects.bulk_create(instances)
        return saved


def records_visible_to_curator(
    request: HttpRequest, reference: models.ForeignKey | models.ManyToManyField
) -> Any:
    """The records that a reference may be to: a draft of others is not even named."""
    model: Any = reference.related_model
    return model._default_manager.visible_to_curator(request.user)


class RecordFieldWidgets:
    """How the fields of records and parts are entered."""

    admin_site: Any

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: object
    ) -> Any:
        kwargs["widget"] = ReferenceSelect(db_field, self.admin_site)
        kwargs["queryset"] = records_visible_to_curator(request, db_field)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> Any:
        kwargs["widget"] = ReferencesSelect(db_field, self.admin_site)
        kwargs["queryset"] = records_visible_to_curator(request, db_field)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_choice_field(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> Any:
        # A word is chosen, never left standing because it is the first of the list.
        blank = db_field.blank or not db_field.has_default()
        kwargs["choices"] = db_field.get_choices(include_blank=blank, blank_choice=NO_CHOICE)
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, EdtfField) and field is not None:
            field.widget.attrs["placeholder"] = "2024-02, 2019?, 2020/2021"
        if isinstance(db_field, WordListField) and field is not None:
            field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.choices)
        return field


class PartInline(RecordFieldWidgets, TabularInline):
    """A list of parts on its record's page: who may change the record may change its parts."""

    form = PartForm
    formset = PartFormSet
    fk_name = "record"
    extra = 0
    tab = True
    hide_title = True
    ordering_field = "rank"
    hide_ordering_field = True
    show_change_link = False
    max_num = MAX_LIST_ENTRIES

    def get_formset(self, request: HttpRequest, obj: Record | None = None, **kwargs: object) -> Any:
        kwargs["absolute_max"] = MAX_LIST_ENTRIES  # whatever number of rows a browser promises
        return super().get_formset(request, obj, **kwargs)

    def may_write(self, request: HttpRequest, obj: Record | None = None) -> bool:
        owner = self.admin_site.get_model_admin(self.parent_model)
        return owner.has_add_permission(request) or owner.has_change_permission(request, obj)

    has_add_permission = has_change_permission = has_delete_permission = may_write

    def has_view_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        owner = self.admin_site.get_model_admin(self.parent_model)
        return owner.has_view_permission(request, obj)


class CitationInline(PartInline):
    """The citations of a record; the fields on offer are the record's own."""

    def get_extra(self, request: HttpRequest, obj: Record | None = None, **kwargs: object) -> int:
        """A new record that is coded out of an article begins with a citation of it."""
        return int((obj is None or obj.pk is None) and "article" in request.GET)

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> Any:
        if db_field.name == "field":
            names = [(name, name) for name in self.parent_model.citable_fields()]
            uncited = " ".join(sorted(self.parent_model.uncited_fields))
            return forms.TypedChoiceField(
                choices=[("", "(the record)"), *names],
                required=False,
                empty_value=None,
                help_text=db_field.help_text,
                widget=UnfoldAdminSelectWidget(attrs={"data-uncited": uncited}),
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "article":
            field.widget = field.widget.widget  # without the menu beside it: eight fields a line
        return field


def make_part_inline(name: str, part: type[Part]) -> type[Any]:
    """The inline of a list of parts, called as in the record's document."""
    base = CitationInline if name == "citations" else PartInline
    owner = str(part.record_model()._meta.verbose_name)
    options = {
        "model": part,
        "verbose_name": str(part._meta.verbose_name).removeprefix(f"{owner} "),
        "verbose_name_plural": name.replace("_", " "),
        "__module__": __name__,
    }
    return type(f"{part.__name__}Inline", (base,), options)


def arrange_in_rows(model: type[Record], names: list[str]) -> Iterator[tuple[str, ...]]:
    """Fields in rows: a number with what tells how to read it, and short fields of one kind."""
    row: list[str] = []
    for name in names:
        if row and not _fits_in_row(model, row, name):
            yield tuple(row)
            row = []
        row.append(name)
    if row:
        yield tuple(row)


def _fits_in_row(model: type[Record], row: list[str], name: str) -> bool:
    qualified = {f.name.removesuffix("_qualifier") for f in model._meta.fields if "_qual" in f.name}
    stem = re.sub(r"_(amount|value|percent)$", "", row[0])
    if {row[0], stem} & qualified:
        return name.startswith(f"{stem}_")
    if name.removesuffix("_amount") in qualified:
        return False
    fields: list[Any] = [model._meta.get_field(field) for field in (row[0], name)]
    kinds = {_short_field_kind(field) for field in fields}
    return len(row) < MAX_FIELDS_IN_ROW and len(kinds) == 1 and None not in kinds


def _short_field_kind(field: models.Field) -> Any:
    """What sort of field it is, if it is a short one."""
    for kind in (
        EdtfField,
        models.BooleanField,
        models.ForeignKey,
        models.DecimalField,
        models.URLField,
    ):
        if isinstance(field, kind):
            return kind
    if field.choices:
        return "choice"
    return (
        "text"
        if isinstance(field, models.CharField) and (field.max_length or 0) < MAX_SHORT_TEXT
        else None
    )

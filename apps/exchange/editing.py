"""“Edit together”: an import whose file is a form, filled in for records that stand already."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanWidget

from apps.core.fields import WordListField
from apps.core.models import Record
from apps.core.querysets import split_for_queries
from apps.desk.forms import ReasonField
from apps.documents.serializers import document_reader
from apps.exchange.forms import MAX_DESK_ROWS
from apps.exchange.models import Batch
from apps.formats.contents import FileContents, FileRow, SharedEdit
from apps.ledger.models import Revision

# What can be alike on many records: words, dates, texts, yes or no, references; never a number.
SINGLE_VALUE_COLUMNS = (models.CharField, models.BooleanField, models.ForeignKey)
LIST_COLUMNS = (WordListField, models.ManyToManyField)
LEAVE_AS_IT_IS = "Leave as it is"
EDIT_TITLE = "Edit together"
TOO_MANY_RECORDS = f"At most {MAX_DESK_ROWS:,} records are edited together: filter the list first."
NO_RECORD_LEFT = "None of these records can be edited: they are gone, or were retracted."
NOTHING_TO_CHANGE = "Say what is to be changed."
VALUE_AND_EMPTY = "Give a value, or empty it: not both."
ADDED_AND_REMOVED = "What is added is not removed as well."
PUT_PREFIX, EMPTY_PREFIX, ADD_PREFIX, REMOVE_PREFIX = "set-", "empty-", "add-", "remove-"
PREFIX_CAPTIONS = {
    PUT_PREFIX: "",
    EMPTY_PREFIX: "Empty it",
    ADD_PREFIX: "Add",
    REMOVE_PREFIX: "Remove",
}


def editable_columns(model: type[Record]) -> dict[str, Any]:
    """The columns that may be set alike, by their name, in the document's order."""
    own = {"slug", model.label_field, *model.parts()}
    names = (name for name, column in document_reader(model).fields.items() if not column.read_only)
    columns = {name: model._meta.get_field(name) for name in names if name not in own}
    return {
        name: column
        for name, column in columns.items()
        if isinstance(column, SINGLE_VALUE_COLUMNS + LIST_COLUMNS)
    }


@dataclass(frozen=True)
class EditLine:
    """One field of the records on the page: its name, help, and what can be done with it."""

    name: str
    help_text: str
    inputs: list[tuple[str, Any, bool]]  # caption, bound field, whether it is a box to tick


class EditForm(forms.Form):
    """What is changed alike on ticked records of one type; what is left blank stays as it is."""

    records = forms.CharField(widget=forms.HiddenInput, required=False)
    publishes = forms.BooleanField(
        label="Publish the drafts among them",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Else a draft stays a draft.",
    )
    reason = ReasonField(widget=forms.HiddenInput)

    def __init__(self, pages: Any, request: Any, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.pages, self.model = pages, pages.model
        self.ticked = set((self["records"].value() or "").split(","))
        self.found = publications_by_slug(pages.get_queryset(request), self.ticked)
        self.left_out = len(self.ticked) - len(self.found)
        self.drafts = list(self.found.values()).count(Record.Publication.DRAFT)
        self.columns = editable_columns(self.model)
        for name, column in self.columns.items():
            field = partial(edit_field, pages, request, column)
            if isinstance(column, LIST_COLUMNS):
                self.fields |= {ADD_PREFIX + name: field(), REMOVE_PREFIX + name: field()}
            else:
                self.fields[PUT_PREFIX + name] = field()
                if column.null:
                    self.fields[EMPTY_PREFIX + name] = forms.BooleanField(
                        required=False, widget=UnfoldBooleanWidget
                    )

    def field_lines(self) -> Iterator[EditLine]:
        """The fields of the records, as the page shows them."""
        for name, column in self.columns.items():
            keys = [key for key in PREFIX_CAPTIONS if key + name in self.fields]
            inputs = [(PREFIX_CAPTIONS[key], self[key + name], key == EMPTY_PREFIX) for key in keys]
            yield EditLine(name, column.help_text, inputs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self.ticked) > MAX_DESK_ROWS:
            raise ValidationError(TOO_MANY_RECORDS)
        if not self.found:
            raise ValidationError(NO_RECORD_LEFT)
        for name, column in self.columns.items():
            if isinstance(column, LIST_COLUMNS):
                if set(cleaned.get(ADD_PREFIX + name) or ()) & set(
                    cleaned.get(REMOVE_PREFIX + name) or ()
                ):
                    self.add_error(REMOVE_PREFIX + name, ADDED_AND_REMOVED)
            elif is_given_value(cleaned.get(PUT_PREFIX + name)):
                self.check_value(name, column, cleaned)
        if not self.errors and not self.build_edit().keys and not cleaned.get("publishes"):
            raise ValidationError(NOTHING_TO_CHANGE)
        return cleaned

    def check_value(self, name: str, column: Any, cleaned: dict[str, Any]) -> None:
        """Hold a value against its column, so that its fault stands where it was typed."""
        if cleaned.get(EMPTY_PREFIX + name):
            self.add_error(PUT_PREFIX + name, VALUE_AND_EMPTY)
        elif not column.is_relation:
            try:
                column.clean(cleaned[PUT_PREFIX + name], None)
            except ValidationError as error:
                self.add_error(PUT_PREFIX + name, error)

    def build_edit(self) -> SharedEdit:
        """What the form says."""
        put: dict[str, Any] = {}
        add: dict[str, list[str]] = {}
        remove: dict[str, list[str]] = {}
        for name in self.columns:
            value = self.cleaned_data.get(PUT_PREFIX + name)
            if is_given_value(value):
                put[name] = value_in_document(value)
            elif self.cleaned_data.get(EMPTY_PREFIX + name):
                put[name] = None
            for prefix, lists in ((ADD_PREFIX, add), (REMOVE_PREFIX, remove)):
                if entries := self.cleaned_data.get(prefix + name):
                    lists[name] = [value_in_document(entry) for entry in entries]
        return SharedEdit(put, add, remove, self.cleaned_data.get("publishes", False))

    def build_batch(self, user: Any) -> Batch:
        """A batch of the edit, not yet planned."""
        edit = self.build_edit()
        rows = [FileRow(number, {"slug": slug}) for number, slug in enumerate(self.found, start=1)]
        contents = FileContents(rows=rows, edit=edit).dump()
        return Batch(
            name=f"{EDIT_TITLE}: {', '.join(edit.keys) or 'publication'}"[:200],
            origin=Revision.Origin.ADMIN,
            sha256=sha256(contents.encode()).hexdigest(),
            size=len(contents.encode()),
            type=self.model.endpoint(),
            user=user,
            reason=self.cleaned_data["reason"],
            contents=contents,
        )


def publications_by_slug(records: Any, ticked: set[str]) -> dict[str, str]:
    """Of ticked ids those that can be edited, with who sees them, by slug.

    Args:
        records: those of which the account may know; other ids find nothing.
        ticked: ids as a browser sent them.
    """
    publications: dict[str, str] = {}
    for chunk in split_for_queries(int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 19):
        those = records.filter(pk__in=chunk).exclude(publication=Record.Publication.RETRACTED)
        publications.update(those.order_by("slug").values_list("slug", "publication"))
    return dict(sorted(publications.items()))


def edit_field(pages: Any, request: Any, column: Any) -> Any:
    """The field in which a value for many records is given: the one of their own form, blank."""
    if isinstance(column, models.BooleanField):
        return choice_field([("True", "Yes"), ("False", "No")], column.to_python)
    if column.choices:
        return choice_field(column.choices, str)
    field = pages.formfield_for_dbfield(column, request)
    field.required, field.initial = False, None
    field.widget = getattr(field.widget, "widget", field.widget)  # without the menu beside it
    if column.is_relation:
        field.queryset = field.queryset.visible_to_curator(request.user)
    return field


def choice_field(words: Any, coerce: Any) -> Any:
    """One of some words, or none of them."""
    return forms.TypedChoiceField(
        choices=[("", LEAVE_AS_IT_IS), *words],
        coerce=coerce,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


def is_given_value(value: Any) -> bool:
    """Whether something was typed or chosen."""
    return value not in (None, "")


def value_in_document(value: Any) -> Any:
    """A value as documents hold it."""
    return value.slug if isinstance(value, Record) else value

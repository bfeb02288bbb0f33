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
from apps.desk.forms import ReasonField
from apps.documents.serializers import serializer_class
from apps.documents.writing import chunks
from apps.exchange.forms import MOST_ROWS
from apps.exchange.models import Batch
from apps.formats.contents import Contents, Edit, Row
from apps.ledger.models import Revision

# What can be alike on many records: words, dates, texts, yes or no, references; never a number.
ALIKE = (models.CharField, models.BooleanField, models.ForeignKey)
LISTS = (WordListField, models.ManyToManyField)
LEAVE = "Leave as it is"
TITLE = "Edit together"
TOO_MANY = f"At most {MOST_ROWS:,} records are edited together: filter the list first."
NONE_LEFT = "None of these records can be edited: they are gone, or were retracted."
NOTHING = "Say what is to be changed."
BOTH = "Give a value, or empty it: not both."
IN_AND_OUT = "What is added is not removed as well."
PUT, EMPTY, ADD, REMOVE = "set-", "empty-", "add-", "remove-"
CAPTIONS = {PUT: "", EMPTY: "Empty it", ADD: "Add", REMOVE: "Remove"}


def editable(model: type[Record]) -> dict[str, Any]:
    """The columns that may be set alike, by their name, in the document's order."""
    own = {"slug", model.label_field, *model.parts()}
    names = (name for name, one in serializer_class(model)().fields.items() if not one.read_only)
    columns = {name: model._meta.get_field(name) for name in names if name not in own}
    return {name: one for name, one in columns.items() if isinstance(one, ALIKE + LISTS)}


@dataclass(frozen=True)
class Line:
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
        self.found = found_by(pages.get_queryset(request), self.ticked)
        self.left_out = len(self.ticked) - len(self.found)
        self.drafts = list(self.found.values()).count(Record.Publication.DRAFT)
        self.columns = editable(self.model)
        for name, column in self.columns.items():
            field = partial(field_of, pages, request, column)
            if isinstance(column, LISTS):
                self.fields |= {ADD + name: field(), REMOVE + name: field()}
            else:
                self.fields[PUT + name] = field()
                if column.null:
                    self.fields[EMPTY + name] = forms.BooleanField(
                        required=False, widget=UnfoldBooleanWidget
                    )

    def lines(self) -> Iterator[Line]:
        """The fields of the records, as the page shows them."""
        for name, column in self.columns.items():
            keys = [key for key in CAPTIONS if key + name in self.fields]
            inputs = [(CAPTIONS[key], self[key + name], key == EMPTY) for key in keys]
            yield Line(name, column.help_text, inputs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self.ticked) > MOST_ROWS:
            raise ValidationError(TOO_MANY)
        if not self.found:
            raise ValidationError(NONE_LEFT)
        for name, column in self.columns.items():
            if isinstance(column, LISTS):
                if set(cleaned.get(ADD + name) or ()) & set(cleaned.get(REMOVE + name) or ()):
                    self.add_error(REMOVE + name, IN_AND_OUT)
            elif is_given(cleaned.get(PUT + name)):
                self.check_value(name, column, cleaned)
        if not self.errors and not self.edit().keys and not cleaned.get("publishes"):
            raise ValidationError(NOTHING)
        return cleaned

    def check_value(self, name: str, column: Any, cleaned: dict[str, Any]) -> None:
        """Hold a value against its column, so that its fault stands where it was typed."""
        if cleaned.get(EMPTY + name):
            self.add_error(PUT + name, BOTH)
        elif not column.is_relation:
            try:
                column.clean(cleaned[PUT + name], None)
            except ValidationError as error:
                self.add_error(PUT + name, error)

    def edit(self) -> Edit:
        """What the form says."""
        put: dict[str, Any] = {}
        add: dict[str, list[str]] = {}
        remove: dict[str, list[str]] = {}
        for name in self.columns:
            value = self.cleaned_data.get(PUT + name)
            if is_given(value):
                put[name] = in_document(value)
            elif self.cleaned_data.get(EMPTY + name):
                put[name] = None
            for prefix, lists in ((ADD, add), (REMOVE, remove)):
                if entries := self.cleaned_data.get(prefix + name):
                    lists[name] = [in_document(entry) for entry in entries]
        return Edit(put, add, remove, self.cleaned_data.get("publishes", False))

    def batch(self, user: Any) -> Batch:
        """A batch of the edit, not yet planned."""
        edit = self.edit()
        rows = [Row(number, {"slug": slug}) for number, slug in enumerate(self.found, start=1)]
        contents = Contents(rows=rows, edit=edit).dump()
        return Batch(
            name=f"{TITLE}: {', '.join(edit.keys) or 'publication'}"[:200],
            origin=Revision.Origin.ADMIN,
            sha256=sha256(contents.encode()).hexdigest(),
            size=len(contents.encode()),
            type=self.model.endpoint(),
            user=user,
            reason=self.cleaned_data["reason"],
            contents=contents,
        )


def found_by(records: Any, ticked: set[str]) -> dict[str, str]:
    """Of ticked ids those that can be edited, with who sees them, by slug.

    Args:
        records: those of which the account may know; other ids find nothing.
        ticked: ids as a browser sent them.
    """
    found: dict[str, str] = {}
    for chunk in chunks(int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 19):
        those = records.filter(pk__in=chunk).exclude(publication=Record.Publication.RETRACTED)
        found.update(those.order_by("slug").values_list("slug", "publication"))
    return dict(sorted(found.items()))


def field_of(pages: Any, request: Any, column: Any) -> Any:
    """The field in which a value for many records is given: the one of their own form, blank."""
    if isinstance(column, models.BooleanField):
        return choice([("True", "Yes"), ("False", "No")], column.to_python)
    if column.choices:
        return choice(column.choices, str)
    field = pages.formfield_for_dbfield(column, request)
    field.required, field.initial = False, None
    field.widget = getattr(field.widget, "widget", field.widget)  # without the menu beside it
    if column.is_relation:
        field.queryset = field.queryset.seen_at_the_desk_of(request.user)
    return field


def choice(words: Any, coerce: Any) -> Any:
    """One of some words, or none of them."""
    return forms.TypedChoiceField(
        choices=[("", LEAVE), *words],
        coerce=coerce,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


def is_given(value: Any) -> bool:
    """Whether something was typed or chosen."""
    return value not in (None, "")


def in_document(value: Any) -> Any:
    """A value as documents hold it."""
    return value.slug if isinstance(value, Record) else value

"""What is asked for on the pages of imports."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from apps.core.models import record_models
from apps.desk.forms import ReasonField
from apps.documents.serializers import document_reader
from apps.exchange.models import Batch
from apps.formats.catalogue import READERS
from apps.formats.contents import FileRefusedError
from apps.formats.files import FileOfDocuments, read_file

MAX_DESK_ROWS = 5_000  # of a file that is planned while somebody waits before a page
TOO_MANY_ROWS = (
    f"On the desk a file has at most {MAX_DESK_ROWS:,} rows; manage.py import_file takes more."
)


def type_choices() -> list[tuple[str, str]]:
    """The types of record that can be imported."""
    return [
        (endpoint, str(model._meta.verbose_name_plural).capitalize())
        for endpoint, model in record_models().items()
    ]


class UploadForm(forms.Form):
    """A file, and of which type its records are; `received` is what it says."""

    type = forms.ChoiceField(label="Records", choices=type_choices, widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"As the exports and the API write them: {', '.join(READERS).upper()}.",
    )
    received: FileOfDocuments

    def build_batch(self, user: Any) -> Batch:
        """A batch of the file, not yet planned."""
        return Batch.from_file(self.received, record_models()[self.cleaned_data["type"]], user)

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        upload, endpoint = cleaned.get("file"), cleaned.get("type")
        if upload and endpoint:
            try:
                serializer = document_reader(record_models()[endpoint])
                self.received = read_file(upload.file, upload.name, serializer)
            except FileRefusedError as refused:
                for reason in refused.reasons:
                    self.add_error("file", reason)
            else:
                if len(self.received.contents.rows) > MAX_DESK_ROWS:
                    self.add_error("file", TOO_MANY_ROWS)
        return cleaned


class DecisionForm(forms.Form):
    """Why an import is applied or reverted; and that what looks like something known is new."""

    reason = ReasonField(label="Reason, for the history")
    are_new = forms.BooleanField(
        label="The possible duplicates are new records all the same",
        required=False,
        widget=UnfoldBooleanWidget,
    )

    def __init__(self, *args: Any, has_duplicates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        if not has_duplicates:
            del self.fields["are_new"]
        else:
            self.fields["are_new"].required = True

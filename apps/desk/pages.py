"""What the pages of the desk have in common that are no form: the record, the frame, the reason."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.models import Record
from apps.desk.forms import ReasonField


class ReasonForm(forms.Form):
    """Why something is done: asked for, and kept in the history."""

    reason = ReasonField(help_text="Why: kept in the history.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


class DeskPages(ModelAdmin):
    """Further pages about a type's records, in the desk's frame."""

    def get_visible_record(self, request: HttpRequest, pk: str) -> Any:
        """The record of a page.

        Raises:
            Http404: there is none that this account may see.
        """
        is_number = pk.isdecimal() and len(pk) < 19
        record = self.get_object(request, pk) if is_number else None
        if record is None or not self.has_view_permission(request, record):
            raise Http404
        return record

    def render_page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> Any:
        """A page with this title."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, template, {**frame, **context})

    def page_address(self, name: str, *args: int | str) -> str:
        """The address of a page of this type."""
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=list(args)
        )


def record_form_address(record: Record) -> str:
    """The address of a record's form."""
    names = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
    return reverse(names, args=[record.pk])

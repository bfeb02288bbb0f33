"""The curator's desk: forms over the tables that end in the ledger, for every type alike."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.core.catalogue import serializer_class
from apps.core.documents import Fault
from apps.core.fields import PlainTextField
from apps.core.forms import (
    LONG,
    FieldsOfOurs,
    RecordActionForm,
    RecordForm,
    inline,
    rows,
)
from apps.core.models import Record
from apps.core.revisions import GateClosedError, revision
from apps.ledger.admin import StrictAdmin
from apps.ledger.models import Revision, Version

Publication = Record.Publication
BADGES = {"Draft": "info", "Published": "success", "Retracted": "danger"}
LEDGER = ["history_of_record", "disputed_fields", "revision", "updated_at"]
UNREASONED = "Say why: this changes what is published."
TOGETHER = "Somebody saved something of this at the same time: look it over and save again."
DESKS = ["Evidence", "Actors", "Facts", "Ledger", "Accounts"]  # the sidebar, from top to bottom


class RecordAdmin(FieldsOfOurs, StrictAdmin):
    """Enter, correct, publish and retract records of one type.

    A type names its list columns and filters; parts, citations, search and the way into the
    ledger are the same for all.
    """

    desk, icon = "Facts", "fact_check"
    form = RecordForm
    action_form = RecordActionForm
    actions = ["publish", "retract"]
    search_fields = ["slug", "name", "summary"]
    readonly_fields = LEDGER
    warn_unsaved_form = True
    compressed_fields = False

    def __init__(self, model: Any, admin_site: Any) -> None:
        own: Any = self.list_filter  # type: ignore[has-type]
        self.list_filter = ["publication", "certainty", *own]
        if "names" in model.parts() and "names__name" not in self.search_fields:
            self.search_fields = [*self.search_fields, "names__name"]
        self.prepopulated_fields = {"slug": [model.label_field]}
        super().__init__(model, admin_site)
        # Django would call the app “Arms_Transfers”, and our apps have no file to say otherwise.
        model._meta.app_config.verbose_name = model._meta.app_label.replace("_", " ").capitalize()
        self.document_fields = serializer_class(model).Meta.fields
        parts = model.parts()
        self.inlines = [inline(name, parts[name]) for name in self.document_fields if name in parts]

    def get_queryset(self, request: HttpRequest) -> Any:
        records = super().get_queryset(request).defer("document")
        if request.method == "POST" and connection.in_atomic_block:
            # Who saves the same record at the same time waits here, and then sees our version.
            records = records.select_for_update(of=("self",))
        return records

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*super().get_list_display(request), "badge"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        ends = ["slug", self.model.label_field, "summary", "certainty", "topics"]
        without = {*ends, *self.readonly_fields, *self.model.parts()}
        own = [name for name in self.document_fields if name not in without]
        may_write = obj is None or self.has_change_permission(request, obj)
        last = [("certainty", "publication", "reason"), "seen"] if may_write else ["publication"]
        fieldsets = [
            (None, {"fields": [(self.model.label_field, "slug"), *rows(self.model, own)]}),
            ("Record", {"fields": ["summary", "topics", *last]}),
        ]
        return (
            fieldsets
            if obj is None
            else [*fieldsets, ("Ledger", {"fields": [LEDGER[0], tuple(LEDGER[1:])]})]
        )

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
        form.late_faults = getattr(request, "late_faults", ())
        return form

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A save is one transaction; what its end refuses is shown on the form, as typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except GateClosedError as error:
            request.late_faults = [(fault.path, fault.reason) for fault in error.faults]
        except IntegrityError:
            request.late_faults = [("", TOGETHER)]
        return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        record, reason = form.instance, form.cleaned_data["reason"]
        was_public = change and record.document is not None
        with revision(request.user, reason, Revision.Origin.ADMIN) as opened:
            # Parts and citations are in their tables only after this call: the ledger comes last.
            super().save_related(request, form, formsets, change)
            opened.touch(record)
        if was_public and opened.number and not reason:
            raise GateClosedError([Fault("", record.slug, "reason", UNREASONED)])

    def delete_model(self, request: Any, obj: Record) -> None:
        with revision(request.user, "Draft deleted", Revision.Origin.ADMIN) as opened:
            opened.discard(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with a draft, and what keeps it: others that name it, not its own parts."""
        *found, protected = super().get_deleted_objects(objs, request)
        if protected:
            collector = NestedObjects(using=connection.alias, origin=objs)
            collector.collect(objs)
            others = [
                row for row in collector.protected if getattr(row, "record", None) not in objs
            ]
            protected = [f"{row._meta.verbose_name}: {row}" for row in others]
        return *found, protected

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts may be deleted; what was ever published is retracted and leaves a tombstone."""
        deletable = obj is not None and obj.revision is None
        return deletable and super().has_delete_permission(request, obj)

    def view_on_site(self, obj: Record) -> str | None:
        """The record in the API, while it is published."""
        address = f"{reverse('api-root')}{obj.endpoint()}/{obj.slug}/"
        return address if obj.publication == Publication.PUBLISHED else None

    @display(description="publication", ordering="publication", label=BADGES)
    def badge(self, record: Record) -> str:
        return record.publication.capitalize()

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        self.move(request, queryset, Publication.PUBLISHED)

    @admin.action(description="Retract", permissions=["change"])
    def retract(self, request: HttpRequest, queryset: Any) -> None:
        self.move(request, queryset.published(), Publication.RETRACTED)

    def move(self, request: HttpRequest, queryset: Any, to: str) -> None:
        """Publish or retract records as one revision, all of them or none."""
        reason = request.POST.get("reason", "").strip()
        if to == Publication.RETRACTED and not reason:
            self.message_user(request, UNREASONED, messages.ERROR)
            return
        records = queryset.exclude(publication=to).order_by("pk")
        count = 0
        try:
            with revision(request.user, reason, Revision.Origin.ADMIN) as opened:
                for record in records.select_for_update(of=("self",)):
                    record.publication = to
                    record.save(update_fields=["publication"])
                    opened.touch(record)
                    count += 1
        except GateClosedError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, f"{to.capitalize()}: {count}.", messages.SUCCESS)

    @display(description="history")
    def history_of_record(self, record: Record) -> str:
        """Who changed the record, when and why, newest first."""
        return format_html_join("", "<div>{}</div>", ((line,) for line in history_lines(record)))


def history_lines(record: Record) -> Iterator[str]:
    """The newest 20 entries of a record's history, one line each."""
    versions = Version.objects.of(record).select_related("revision__user")[:20]
    for version in versions:
        made = version.revision
        number = f"revision {made.number}" if made.number else "unpublished"
        who = made.user.get_username() if made.user else made.get_origin_display()
        reason = f": {made.reason}" if made.reason else ""
        what = f"{version.get_operation_display()} · {who}{reason}"
        yield f"{made.at:%Y-%m-%d %H:%M} · {number} · {what}"


def desks(request: HttpRequest) -> dict[str, list[Any]]:
    """What the account may see, under the headings of the sidebar, in the catalogue's order."""
    registry: dict[Any, Any] = admin.site._registry
    order = list(registry)
    shown = [entry for app in admin.site.get_app_list(request) for entry in app["models"]]
    found: dict[str, list[Any]] = {desk: [] for desk in DESKS}
    for entry in sorted(shown, key=lambda entry: order.index(entry["model"])):
        desk = getattr(registry[entry["model"]], "desk", "Further")
        found.setdefault(desk, []).append(entry)
    return {desk: entries for desk, entries in found.items() if entries}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar (the settings name this function)."""
    registry: Any = admin.site._registry
    return [
        {
            "title": desk,
            "items": [
                {
                    "title": entry["name"],
                    "icon": getattr(registry[entry["model"]], "icon", ""),
                    "link": entry["admin_url"],
                }
                for entry in entries
            ],
        }
        for desk, entries in desks(request).items()
    ]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The first page, under the same headings (the settings name this function)."""
    home = reverse("admin:index")
    context["app_list"] = [
        {"name": desk, "app_url": home, "app_label": desk.lower(), "models": entries}
        for desk, entries in desks(request).items()
    ]
    return context


admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(DjangoUserAdmin, StrictAdmin):  # type: ignore[misc]
    """Accounts of curators."""

    desk, icon = "Accounts", "person"
    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, StrictAdmin):  # type: ignore[misc]
    """What several curators may do."""

    desk, icon = "Accounts", "group"

"""The curator's desk: forms over the tables that end in the ledger, for every type alike."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.db import connection, models
from django.db.models import Q
from django.forms import BaseFormSet
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.core.fields import PlainTextField
from apps.core.models import Record
from apps.core.permissions import Act
from apps.core.querysets import MAX_SEARCH_TEXT, RecordQuerySet
from apps.core.texts import text_condition
from apps.desk.attention import AttentionFilter, AttentionLists
from apps.desk.duplicate_pages import DuplicatePages
from apps.desk.forms import (
    MAX_SHORT_TEXT,
    RecordActionForm,
    RecordFieldWidgets,
    RecordForm,
    arrange_in_rows,
    make_part_inline,
)
from apps.desk.from_article import FromArticlePages
from apps.desk.lists import MAX_SEARCH_WORDS, StrictAdmin
from apps.desk.merge_pages import MergePages
from apps.desk.proposing import FormRequest, ProposingAdmin, may_only_propose, proposal_from_form
from apps.desk.version_pages import VersionPages
from apps.documents.acts import perform_act
from apps.documents.faults import HeldForReviewError
from apps.documents.publishing import is_own_draft, survivor_slug
from apps.documents.revisions import OpenRevision, open_revision
from apps.documents.serializers import serializer_class
from apps.ledger.models import Revision

Publication = Record.Publication
PUBLICATION_BADGES = {"Draft": "info", "Published": "success", "Retracted": "danger"}
LEDGER_FIELDS = ["history_of_record", "disputed_fields", "revision", "updated_at"]
# The sidebar, from top to bottom.
SIDEBAR_HEADINGS = ["Review", "Evidence", "Actors", "Facts", "Ledger", "Accounts"]


class RecordAdmin(
    FromArticlePages,
    VersionPages,
    MergePages,
    DuplicatePages,
    ProposingAdmin,
    RecordFieldWidgets,
    StrictAdmin,
):
    """Enter, correct, publish and retract records of one type.

    A type names its list columns and filters; parts, citations, search and the way into the
    ledger are the same for all.
    """

    desk, icon = "Facts", "fact_check"
    attention: AttentionLists = {}  # what else of the type wants a curator's eye
    form = RecordForm
    action_form = RecordActionForm
    actions = ["publish", "retract"]
    search_fields = ["slug", "name", "summary"]
    readonly_fields = LEDGER_FIELDS
    warn_unsaved_form = True
    compressed_fields = False

    def __init__(self, model: type[Record], admin_site: admin.AdminSite) -> None:
        own: Any = self.list_filter  # type: ignore[has-type]
        self.list_filter = ["publication", AttentionFilter, "certainty", *own]
        if "names" in model.parts() and "names__name" not in self.search_fields:
            self.search_fields = [*self.search_fields, "names__name"]
        if model.holding:
            self.readonly_fields = [*self.readonly_fields, "held_days"]
        self.readonly_fields = list(dict.fromkeys([*self.readonly_fields, *model.derived_lists]))
        super().__init__(model, admin_site)
        # Django would call the app “Arms_Transfers”, and our apps have no file to say otherwise.
        app: Any = model._meta.app_config
        app.verbose_name = model._meta.app_label.replace("_", " ").capitalize()
        self.document_fields = serializer_class(model).Meta.fields
        parts = model.parts()
        self.inlines = [
            make_part_inline(name, parts[name]) for name in self.document_fields if name in parts
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        records = super().get_queryset(request).visible_to_curator(request.user).defer("document")
        if request.method == "POST" and connection.in_atomic_block:
            # Who saves the same record at the same time waits here, and then sees our version.
            records = records.select_for_update(of=("self",), no_key=True)
        return records

    def get_search_results(
        self, request: HttpRequest, queryset: RecordQuerySet, search_term: str
    ) -> Any:
        """By parts of texts, by whole words, and by codes; in any script."""
        term = search_term.strip()[:MAX_SEARCH_TEXT]
        if not term:
            return queryset, False
        by_parts = Q()
        for word in term.split()[:MAX_SEARCH_WORDS]:
            by_parts &= self.part_of_text_condition(queryset, word)
        records = self.model._default_manager
        by_words = Q(pk__in=records.search(term).values("pk"))
        return queryset.filter(by_parts | by_words | Q(pk__in=records.called(term))), False

    def part_of_text_condition(self, queryset: RecordQuerySet, word: str) -> Q:
        """Whether a word is a part of any text that the list searches."""
        condition = Q()
        for path in self.search_fields:
            name, _, column = path.partition("__")
            if column:
                part = text_condition(column, "contains", word)
                condition |= queryset.part_condition(name, part)
            elif isinstance(self.model._meta.get_field(name), PlainTextField):
                condition |= text_condition(name, "contains", word)
            else:
                condition |= Q(**{f"{name}__icontains": word})
        return condition

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*super().get_list_display(request), "badge"]

    def get_fieldsets(self, request: HttpRequest, obj: Record | None = None) -> Any:
        ends = ["slug", self.model.label_field, "summary", "certainty", "topics"]
        without = {*ends, "holds", *self.readonly_fields, *self.model.parts()}
        own = [name for name in self.document_fields if name not in without]
        may_write = obj is None or self.has_change_permission(request, obj)
        last = [("certainty", "publication", "reason"), "seen"] if may_write else ["publication"]
        ledger = self.readonly_fields
        fieldsets = [
            *self.checkbox_fieldset(request),
            (
                None,
                {"fields": [(self.model.label_field, "slug"), *arrange_in_rows(self.model, own)]},
            ),
            ("Record", {"fields": ["summary", "topics", *last]}),
        ]
        return (
            fieldsets
            if obj is None
            else [*fieldsets, ("Ledger", {"fields": [ledger[0], tuple(ledger[1:])]})]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> Any:
        fixed = ["slug"] if obj is not None and obj.revision is not None else []
        return [*self.readonly_fields, *fixed]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> Any:
        if isinstance(db_field, PlainTextField) and (db_field.max_length or 0) > MAX_SHORT_TEXT:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "slug" and field is not None:
            # Where nothing stands in it, core/slugs.js proposes what follows from the name.
            field.widget.attrs["data-slug-of"] = self.model.label_field
            field.widget.attrs["data-proposed-by"] = reverse("slug")
        return field

    def get_form(
        self,
        request: HttpRequest,
        obj: Record | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.late_faults = getattr(request, "late_faults", ())
        return form

    def save_related(
        self, request: FormRequest, form: RecordForm, formsets: list[BaseFormSet], change: bool
    ) -> None:
        record, reason = form.instance, form.cleaned_data["reason"]
        allows = may_only_propose if (record.pk or 0) < 0 else None
        with open_revision(request.user, reason, Revision.Origin.ADMIN, allows=allows) as opened:
            # Parts and citations are in their tables only after this call: the ledger comes last.
            super().save_related(request, form, formsets, change)
            opened.touch(record)
            if form.is_stale:
                raise HeldForReviewError([proposal_from_form(form, request.user)])
            self.refuse_likely_duplicate(form, change)
        if request.proposal:
            request.proposal.withdraw_as_saved(opened.number)

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        with open_revision(request.user, "Draft deleted", Revision.Origin.ADMIN) as opened:
            opened.delete_draft(obj)

    def get_deleted_objects(
        self, objs: Sequence[Record] | RecordQuerySet, request: HttpRequest
    ) -> Any:
        """What goes with a draft, and what keeps it: others that name it, not its own parts."""
        *what_goes, protected = super().get_deleted_objects(objs, request)
        if protected:
            collector = NestedObjects(using=connection.alias, origin=objs)
            collector.collect(objs)
            others = [
                row for row in collector.protected if getattr(row, "record", None) not in objs
            ]
            protected = [f"{row._meta.verbose_name}: {row}" for row in others]
        return *what_goes, protected

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Act.PROPOSE) or super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return request.user.has_perm(Act.PROPOSE) or super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Act.PROPOSE)

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        """Whether the form can be saved: at once, or as a proposal."""
        if obj is None or obj.publication == Publication.PUBLISHED:
            return request.user.has_perm(Act.PROPOSE)
        if survivor_slug(obj):
            return False
        return self.has_draft_permission(request, obj)

    def has_draft_permission(self, request: HttpRequest, obj: Record) -> bool:
        """Whether a record that nobody sees yet may be changed: any, or one's own."""
        may = request.user.has_perm
        return may(Act.DRAFT) or (may(Act.PROPOSE) and is_own_draft(obj, request.user))

    def has_publish_permission(self, request: HttpRequest, pk: str | None = None) -> bool:
        return request.user.has_perm(Act.PUBLISH)

    def has_propose_permission(self, request: HttpRequest, pk: str | None = None) -> bool:
        return request.user.has_perm(Act.PROPOSE)

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        """Drafts may be deleted; what was ever published is retracted and leaves a tombstone."""
        if obj is None or obj.revision is not None:
            return False
        return self.has_draft_permission(request, obj)

    def view_on_site(self, obj: Record) -> str | None:
        """The record in the API, while it is published."""
        address = f"{reverse('api-root')}{obj.endpoint()}/{obj.slug}/"
        return address if obj.publication == Publication.PUBLISHED else None

    @display(description="publication", ordering="publication", label=PUBLICATION_BADGES)
    def badge(self, record: Record) -> str:
        return record.publication.capitalize()

    @display(description="holds")
    def held_days(self, record: Any) -> str:
        """The days between which it begins and ends to hold, as its document has them."""
        days = {name: day or "?" for name, day in (record.holds or {}).items()}
        text = "begins {possible_from} … {certain_from}, ends {certain_until} … {possible_until}"
        return text.format_map(days) if days else "–"

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: RecordQuerySet) -> None:
        self.change_publication(request, queryset, Publication.PUBLISHED)

    @admin.action(description="Retract", permissions=["publish"])
    def retract(self, request: HttpRequest, queryset: RecordQuerySet) -> None:
        self.change_publication(request, queryset.published(), Publication.RETRACTED)

    def change_publication(self, request: HttpRequest, queryset: RecordQuerySet, to: str) -> None:
        """Publish or retract records as one revision, all of them or none."""
        records = queryset.exclude(publication=to).order_by("pk")

        def work(opened: OpenRevision) -> None:
            for record in records.select_for_update(of=("self",), no_key=True):
                record.publication = to
                record.save(update_fields=["publication"])
                opened.touch(record)

        reason = request.POST.get("reason", "").strip()
        outcome = perform_act(work, user=request.user, reason=reason, origin=Revision.Origin.ADMIN)
        for fault in outcome.faults:
            self.message_user(request, str(fault), messages.ERROR)
        for proposal in outcome.proposals:
            self.message_user(request, f"{proposal} was proposed; it waits for review.")
        if outcome.revision:
            count = len(outcome.revision.changes)
            self.message_user(request, f"{to.capitalize()}: {count}.", messages.SUCCESS)


def entries_by_heading(request: HttpRequest) -> dict[str, list[Any]]:
    """What the account may see, under the headings of the sidebar, in the catalogue's order."""
    registry: dict[Any, Any] = admin.site._registry
    order = list(registry)
    shown = [entry for app in admin.site.get_app_list(request) for entry in app["models"]]
    by_heading: dict[str, list[Any]] = {desk: [] for desk in SIDEBAR_HEADINGS}
    for entry in sorted(shown, key=lambda entry: order.index(entry["model"])):
        desk = getattr(registry[entry["model"]], "desk", "Further")
        by_heading.setdefault(desk, []).append(entry)
    return {desk: entries for desk, entries in by_heading.items() if entries}


def sidebar_navigation(request: HttpRequest) -> list[dict[str, Any]]:
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
        for desk, entries in entries_by_heading(request).items()
    ]


def add_app_list(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The first page, under the same headings (the settings name this function)."""
    home = reverse("admin:index")
    context["app_list"] = [
        {"name": desk, "app_url": home, "app_label": desk.lower(), "models": entries}
        for desk, entries in entries_by_heading(request).items()
    ]
    return context

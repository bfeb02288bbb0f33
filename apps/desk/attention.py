"""What of the data wants a curator's eye: lists for the desk, each a filter of the type's list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from django.contrib.admin import SimpleListFilter
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from apps.core.models import Record
from apps.core.querysets import RecordQuerySet
from apps.documents.serializers import serializer_class
from apps.ledger.models import Revision, Version

# A name in the list's address, what it says, and how the records are found.
AttentionLists = dict[str, tuple[str, Callable[[Any], Any]]]

OLD_DRAFT_AGE = timedelta(days=30)


def single_source_records(records: RecordQuerySet) -> RecordQuerySet:
    """Published records that rest on one article alone."""
    return records.published().with_sources_up_to(1)


def disputed_records(records: RecordQuerySet) -> RecordQuerySet:
    """Published records on which sources differ."""
    return records.published().exclude(disputed_fields="")


def unsourced_records(records: RecordQuerySet) -> RecordQuerySet:
    """Published records with a value that no citation supports."""
    return records.published().filter(slug__in=unsourced_fields(records.model))


def old_drafts(records: RecordQuerySet) -> RecordQuerySet:
    """Drafts on which nobody has worked for a month."""
    versions = Version.objects.filter(type=records.model.endpoint())
    newest = versions.values("slug").annotate(at=Max("revision__at"))
    fresh = newest.filter(at__gte=timezone.now() - OLD_DRAFT_AGE).values("slug")
    drafts = records.filter(publication=Record.Publication.DRAFT)
    return drafts.exclude(slug__in=fresh)


ATTENTION: AttentionLists = {
    "single_source": ("One source only", single_source_records),
    "disputed": ("Sources differ", disputed_records),
    "unsourced": ("A value without a citation", unsourced_records),
    "old_drafts": ("Drafts older than a month", old_drafts),
}


def unsourced_fields(model: type[Record]) -> dict[str, list[str]]:
    """Slugs of published records to their fields that have a value and no citation."""
    newest = Revision.objects.exclude(number=None).order_by("-number")
    return _unsourced_fields_at(model, newest.values_list("number", "at").first())


@lru_cache(maxsize=64)
def _unsourced_fields_at(
    model: type[Record], newest: tuple[int | None, datetime] | None
) -> dict[str, list[str]]:
    names = [name for name in model.citable_fields() if name not in model.uncited_fields]
    shown = [name for name in names if name in serializer_class(model).Meta.fields]
    rows: Any = model.objects
    unsourced_by_slug: dict[str, list[str]] = {}
    for text in rows.published().values_list("document", flat=True).iterator():
        document = orjson.loads(text)
        cited = {citation["field"] for citation in document["citations"]}
        bare = [n for n in shown if n not in cited and has_own_value(model, n, document[n])]
        if bare:
            unsourced_by_slug[document["slug"]] = bare
    return unsourced_by_slug


def has_own_value(model: type[Record], name: str, value: object) -> bool:
    """Whether a field says something: neither empty nor what it says by itself."""
    field = next((f for f in model._meta.fields if f.name == name), None)
    usual = field.get_default() if field is not None and field.has_default() else None
    return value not in (None, "", [], usual) and not name.endswith("_qualifier")


class AttentionFilter(SimpleListFilter):
    """Records that want a curator's eye; for what reasons beside the usual ones, the type says."""

    title = "wants attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        self.known = ATTENTION | model_admin.attention
        return [(name, label) for name, (label, _) in self.known.items()]

    def queryset(self, request: HttpRequest, queryset: RecordQuerySet) -> RecordQuerySet:
        chosen = self.known.get(self.value() or "")
        return chosen[1](queryset) if chosen else queryset

"""References between records: whom documents name, and who names a record."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.db import models
from rest_framework import serializers

from apps.core.models import Part, Record
from apps.core.permissions import Account
from apps.core.querysets import MAX_SEARCH_TEXT, find_meant_slugs, split_for_queries
from apps.core.spelling import nearest_words
from apps.documents.faults import Fault
from apps.documents.incoming import IncomingDocument
from apps.documents.serializers import RecordSerializer, document_reader

MAX_SUGGESTION_LOOKUPS = 100  # references of a batch for which a likely one is looked for


class ReferenceResolver:
    """The records that a batch may refer to: those in the database and those in itself."""

    locks = True  # whether the batch's own records are kept from other writers

    def __init__(self, incoming: Iterable[IncomingDocument], user: Account | None = None) -> None:
        self.user = user  # who may name what they see at the desk; a command may name everything
        self._unknown = 0
        self._records: dict[type[Record], dict[str, Record]] = {}
        slugs: dict[type[Record], set[str]] = {}
        for document in incoming:
            slugs.setdefault(document.model, set()).add(document.slug)
        for model, wanted in slugs.items():
            self._fetch_records(model, wanted)
            for slug in wanted - set(self._records[model]):
                self._records[model][slug] = model(slug=slug)

    def _fetch_records(self, model: type[Record], slugs: Iterable[str]) -> None:
        records_by_slug = self._records.setdefault(model, {})
        related = document_reader(model).related_prefetches()
        for chunk in split_for_queries(slugs):
            rows = model.objects.filter(slug__in=chunk).order_by("pk")
            if self.locks:  # what we compare with
                rows = rows.select_for_update(of=("self",), no_key=True)
            for record in rows.prefetch_related(*related):
                # Lists, as the serializer leaves them: a queryset each weighs more than its rows.
                lists = record.__dict__.get("_prefetched_objects_cache", {})
                lists.update({name: list(parts) for name, parts in lists.items()})
                records_by_slug[record.slug] = record

    def get(self, model: type[Record], slug: str) -> Record:
        """The record with this slug; the same object at each call.

        Raises:
            ObjectDoesNotExist: neither the database nor the batch has it.
        """
        records_by_slug = self._records.setdefault(model, {})
        if slug not in records_by_slug:
            columns = ("slug", "publication", *model.quoted_fields)
            records_by_slug[slug] = self.visible_records(model).only(*columns).get(slug=slug)
        return records_by_slug[slug]

    def visible_records(self, model: type[Record]) -> Any:
        """The records of which the user may know."""
        records: Any = model.objects
        return records.all() if self.user is None else records.visible_to_curator(self.user)

    def find_meant(self, model: type[Record], slug: str) -> list[str]:
        """The slug that was meant by one that is not there; after many none is looked up."""
        self._unknown += 1
        if self._unknown > MAX_SUGGESTION_LOOKUPS:
            return []
        in_batch = nearest_words(slug, self._records.get(model, ()))
        return in_batch or find_meant_slugs(model, slug[:MAX_SEARCH_TEXT])


def unpublished_references(documents: Iterable[tuple[Record, str]]) -> Iterator[Fault]:
    """References of published documents to records that are not published."""
    wanted: dict[type[Record], dict[str, list[tuple[str, str]]]] = {}
    for record, text in documents:
        reader = document_reader(type(record))
        for path, model, slug in referenced_slugs(reader, orjson.loads(text)):
            wanted.setdefault(model, {}).setdefault(slug, []).append((record.slug, path))
    for model, places in wanted.items():
        published: set[str] = set()
        for chunk in split_for_queries(places):
            visible = model.objects.filter(publication=Record.Publication.PUBLISHED)
            published.update(visible.filter(slug__in=chunk).values_list("slug", flat=True))
        for slug in sorted(set(places) - published):
            reason = f"The {model._meta.verbose_name} “{slug}” is not published."
            yield from (Fault("", owner, path, reason) for owner, path in places[slug])


def referenced_slugs(
    serializer: RecordSerializer, document: dict[str, Any]
) -> Iterator[tuple[str, type[Record], str]]:
    """Every slug of another record in a document: (path, type, slug)."""
    references = dict(serializer.reference_paths())
    for keys, model in references.items():
        value = document[keys[0]]
        values = value if isinstance(value, list) else [value]
        for position, entry in enumerate(values, start=1):
            slug = entry[keys[1]] if len(keys) > 1 else entry
            if slug is not None:
                path = ".".join(keys) if len(keys) == 1 else f"{keys[0]}[{position}].{keys[1]}"
                yield path, model, slug
    for position, citation in enumerate(document["citations"], start=1):
        claimed = references.get((citation["field"],))
        if claimed and citation["value"] and not _is_reference_list(serializer, citation["field"]):
            yield f"citations[{position}].value", claimed, citation["value"]


def _is_reference_list(serializer: RecordSerializer, name: str) -> bool:
    return isinstance(serializer.fields[name], serializers.ManyRelatedField)


def records_that_name(record: Record, ids: Any = None) -> Iterator[Any]:
    """Those who name a record in a column, a list or a part, whoever sees them: querysets.

    Args:
        ids: of the records that are named, if it is not only this one of their type.
    """
    named = [record.pk] if ids is None else ids
    for relation in record._meta.get_fields(include_hidden=True):  # citations' are hidden
        if not (relation.auto_created and relation.is_relation) or relation.concrete:
            continue
        model: Any = relation.related_model
        name = relation.field.name  # type: ignore[union-attr]
        if isinstance(relation, models.ManyToManyRel) or issubclass(model, Record):
            yield model.objects.filter(**{f"{name}__in": named})
        elif issubclass(model, Part) and name != "record":
            parts = model.objects.filter(**{f"{name}__in": named}).values("record")
            yield model.record_model().objects.filter(pk__in=parts)


def records_that_follow(record: Record) -> Iterator[Any]:
    """Published records whose documents follow from fields of this one: querysets.

    Of what stands also for all within it, they may name any of that.
    """
    for owners in records_that_name(record, type(record).ids_meant_by([record])):
        if owners.model.holding or "countries" in owners.model.derived_lists:
            yield owners.published()


def published_referrers(record: Record) -> Iterator[Record]:
    """Published records that name this one, in a column, a list or a part."""
    for owners in records_that_name(record):
        for owner in owners.published().defer("document"):
            if owner != record:
                yield owner

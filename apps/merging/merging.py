"""Two records that are the same thing become one: merged as one revision, and taken apart as one.

What is chosen of both goes to the survivor, by its document; whatever named the other record names
the survivor from then on; readers of the other are led to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson
from django.db.models import ForeignObjectRel

from apps.core.models import Part, Record, record_models
from apps.core.permissions import Act
from apps.core.querysets import split_for_queries
from apps.documents.differences import say_the_same
from apps.documents.faults import Fault, NotAllowedError, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.publishing import PERMISSION_REFUSALS
from apps.documents.references import records_that_name
from apps.documents.revisions import OpenRevision
from apps.documents.serializers import document_reader
from apps.documents.writing import render_documents, write_documents
from apps.ledger.models import Version
from apps.merging.combining import (
    Document,
    combine_documents,
    references_cited_by_slug,
    replace_references,
    self_reference_paths,
)

Publication = Record.Publication
Operation = Version.Operation
MERGE_ADVICE = "Put this right there first, or leave the two apart."

# What becomes of a relation to a record that is merged. Every relation moves to the survivor with
# the document in which it stands; only what is named here does something else, for this reason.
RELATION_EXCEPTIONS: dict[str, str] = {}


def relation_rule(relation: ForeignObjectRel) -> str:
    """What becomes of a relation to a record that is merged; empty if nobody has said."""
    field = relation.field
    owner: Any = relation.related_model
    if (name := f"{owner._meta.label}.{field.name}") in RELATION_EXCEPTIONS:
        return RELATION_EXCEPTIONS[name]
    if owner._meta.auto_created:
        return "move"  # the rows of a many-to-many list, which follow the list
    if issubclass(owner, Part):
        if field.name == "record":
            return "unite"
        names = dict(document_reader(owner.record_model()).reference_paths())
        return "move" if any(key[1:] == (field.name,) for key in names) else ""
    if issubclass(owner, Record):
        return "move" if (field.name,) in dict(document_reader(owner).reference_paths()) else ""
    return ""


def relations_to_type(model: type[Record]) -> list[Any]:
    """Every relation of a table to records of a type, those without a name among them."""
    fields: Any = model._meta.get_fields(include_hidden=True)
    return [f for f in fields if f.auto_created and f.is_relation and not f.concrete]


@dataclass(frozen=True)
class ReferenceMove:
    """A record that named the merged one, and its document when it names the survivor."""

    record: Record
    document: Document

    @property
    def is_public(self) -> bool:
        return self.record.publication == Publication.PUBLISHED


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do."""

    survivor: Record
    other: Record
    before: tuple[Document, Document]
    document: Document  # the survivor's
    moves: list[ReferenceMove]

    def documents_to_write(self, is_public: bool) -> list[IncomingDocument]:
        """The documents that it takes, of what readers see or of what they do not."""
        own = [IncomingDocument(type(self.survivor), self.document)] if is_public else []
        moved = [move for move in self.moves if move.is_public == is_public]
        return own + [
            IncomingDocument(type(move.record), move.document, move.record.endpoint())
            for move in moved
        ]

    def refuse_self_references(self) -> None:
        """Look for references that would lead from a record to itself.

        Raises:
            RefusedError: there are some.
        """
        if faults := list(self._self_reference_faults()):
            raise RefusedError(faults)

    def _self_reference_faults(self) -> Iterator[Fault]:
        for move in [ReferenceMove(self.survivor, self.document), *self.moves]:
            record = move.record
            for path in self_reference_paths(document_reader(type(record)), move.document):
                reason = "It names both records, or one names the other: it would name itself."
                yield Fault(record.endpoint(), record.slug, path, reason)


def plan_merge(
    survivor: Record, other: Record, chosen: dict[str, str] | None = None, alias: str = ""
) -> MergePlan:
    """What a merge would do; nothing is written.

    Raises:
        RefusedError: these two cannot be merged at all.
    """
    model = type(survivor)
    if type(other) is not model or other == survivor:
        raise RefusedError([Fault("", other.slug, "", "Merge two records of one type.")])
    for record in (survivor, other):
        if record.publication != Publication.PUBLISHED:
            reason = "Only published records are merged; a draft can be deleted."
            raise RefusedError([Fault("", record.slug, "", reason)])
    pair = render_documents(model, [survivor.pk, other.pk])
    documents = {record: orjson.loads(text) for record, text in pair}
    before = documents[survivor], documents[other]
    return MergePlan(
        survivor,
        other,
        before,
        combine_documents(model, *before, chosen or {}, alias),
        list(reference_moves(survivor, other)),
    )


def find_all_referrers(record: Record) -> set[Record]:
    """Every record that names this one, in a column, a list, a part or what a source says."""
    queries = chain(records_that_name(record), records_that_claim(record))
    return {owner for owners in queries for owner in owners.only("slug")}


def reference_moves(survivor: Record, other: Record) -> Iterator[ReferenceMove]:
    """What else names the merged record: published, draft or retracted."""
    model = type(other)
    owners: dict[type[Record], list[int]] = {}
    for owner in find_all_referrers(other) - {survivor, other}:
        owners.setdefault(type(owner), []).append(owner.pk)
    for kind in sorted(owners, key=str):
        serializer = document_reader(kind)
        for record, text in render_documents(kind, owners[kind]):
            if not is_merged_record(record):
                document = orjson.loads(text)
                yield ReferenceMove(
                    record,
                    replace_references(serializer, document, model, other.slug, survivor.slug),
                )


def records_that_claim(record: Record) -> Iterator[Any]:
    """Records with a source that names this one, where they name another: querysets."""
    for model in record_models().values():
        serializer = document_reader(model)
        references = dict(serializer.reference_paths())
        fields = [
            key for key in references_cited_by_slug(serializer) if references[key,] is type(record)
        ]
        if fields:
            citations: Any = model.parts()["citations"].objects
            of_this = citations.filter(field__in=fields, value=record.slug)
            yield model._default_manager.filter(pk__in=of_this.values("record"))


def is_merged_record(record: Record) -> bool:
    """Whether a record is no more than a way to another."""
    if record.publication != Publication.RETRACTED:
        return False
    newest = Version.objects.for_record(record).first()
    return newest is not None and newest.operation == Operation.MERGED


def merge_records(
    survivor: Record,
    other: Record,
    opened: OpenRevision,
    chosen: dict[str, str] | None = None,
    alias: str = "",
) -> None:
    """Merge `other` into `survivor`: the work of a revision.

    Args:
        chosen: `survivor`, `other` or, of a list, `both`, by the name of a `combining.Choice`.
        alias: the kind of name under which the name that is not taken is kept.

    Raises:
        RefusedError: it cannot be done as things stand.
    """
    survivor, other = lock_records(survivor, other)
    lock_records(*find_all_referrers(other))
    planned = plan_merge(survivor, other, chosen, alias)
    opened.merge_into(other, survivor)
    try:
        planned.refuse_self_references()
        write_documents(planned.documents_to_write(is_public=True), opened)
        write_documents(planned.documents_to_write(is_public=False), opened, publishes=False)
    except RefusedError as refused:
        raise RefusedError([add_advice(fault) for fault in refused.faults]) from refused


def lock_records(*records: Record) -> list[Record]:
    """Records as they stand, and nobody else's until the transaction ends.

    Who makes something meanwhile that names one of them is refused when one of us commits.
    """
    rows_locked: dict[Record, Record] = {}
    for model in sorted({type(record) for record in records}, key=str):
        for pks in split_for_queries(record.pk for record in records if type(record) is model):
            rows = model._default_manager.filter(pk__in=pks).select_for_update(no_key=True)
            rows_locked |= {row: row for row in rows.order_by("pk")}
    return [rows_locked[record] for record in records]


def add_advice(fault: Fault) -> Fault:
    """A fault with what to do about it."""
    return Fault(fault.where, fault.slug, fault.path, f"{fault.reason} {MERGE_ADVICE}")


def undo_merge(version: Version, opened: OpenRevision) -> None:
    """Undo the merge that a version is of, if none of its records changed since: a revision's work.

    Raises:
        NotAllowedError: the account may not merge; this is not proposed, as merges are not.
        RefusedError: it was no merge, or something of it has changed.
    """
    merged = version.revision.versions.filter(operation=Operation.MERGED).first()
    if merged is None:
        raise RefusedError([Fault("", "", "", "This revision was no merge.")])
    if not opened.allows(Act.PUBLISH):
        raise NotAllowedError(PERMISSION_REFUSALS[Act.PUBLISH])
    versions = list(merged.revision.versions.order_by("pk"))
    model = record_models()[merged.type]
    pair = model._default_manager.filter(slug__in=[merged.slug, merged.into])
    other, survivor = sorted(lock_records(*pair), key=lambda record: record.slug == merged.into)
    if faults := list(later_change_faults(versions)):
        raise RefusedError(faults)
    # What is unique may stand on the other again; both lists are written anew.
    survivor.external_ids.all().delete()  # type: ignore[attr-defined]
    opened.mark_separated(other)
    write_documents(
        [document_before_version(entry) for entry in versions if entry.is_public], opened
    )
    others = [document_before_version(entry) for entry in versions if not entry.is_public]
    write_documents(others, opened, publishes=False)


def document_before_version(version: Version) -> IncomingDocument:
    """A record's document before a version of it."""
    earlier = Version.objects.filter(type=version.type, slug=version.slug, pk__lt=version.pk)
    document = earlier.filter(document__isnull=False).order_by("-pk").first()
    text = document.document if document else "{}"
    return IncomingDocument(record_models()[version.type], orjson.loads(text or "{}"), version.type)


def later_change_faults(versions: list[Version]) -> Iterator[Fault]:
    """Records that are no longer as a revision left them."""
    for version in versions:
        later = Version.objects.filter(type=version.type, slug=version.slug, pk__gt=version.pk)
        changes = (
            change
            for change in later.select_related("revision").order_by("pk")
            if not say_the_same(version.document, change.document)
        )
        if change := next(changes, None):
            made = change.revision
            when = f"in revision {made.number}" if made.number else f"on {made.at:%Y-%m-%d %H:%M}"
            reason = f"It has changed since the merge, {when}: put the two right by hand."
            yield Fault(version.type, version.slug, "", reason)

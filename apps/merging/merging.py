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
from apps.core.querysets import chunks
from apps.documents.faults import Fault, NotAllowedError, RefusedError
from apps.documents.incoming import Incoming
from apps.documents.publishing import REFUSALS
from apps.documents.references import naming
from apps.documents.revisions import OpenRevision
from apps.documents.serializers import serializer_class
from apps.documents.writing import bodies, take
from apps.ledger.models import Version
from apps.merging.combining import Document, claimable, named_itself, renamed, united

Publication = Record.Publication
Operation = Version.Operation
ADVICE = "Put this right there first, or leave the two apart."

# What becomes of a relation to a record that is merged. Every relation moves to the survivor with
# the document in which it stands; only what is named here does something else, for this reason.
EXCEPTIONS: dict[str, str] = {}


def rule_of(relation: ForeignObjectRel) -> str:
    """What becomes of a relation to a record that is merged; empty if nobody has said."""
    field = relation.field
    owner: Any = relation.related_model
    if (name := f"{owner._meta.label}.{field.name}") in EXCEPTIONS:
        return EXCEPTIONS[name]
    if owner._meta.auto_created:
        return "move"  # the rows of a many-to-many list, which follow the list
    if issubclass(owner, Part):
        if field.name == "record":
            return "unite"
        names = dict(serializer_class(owner.record_model())().references())
        return "move" if any(key[1:] == (field.name,) for key in names) else ""
    if issubclass(owner, Record):
        return "move" if (field.name,) in dict(serializer_class(owner)().references()) else ""
    return ""


def relations_of(model: type[Record]) -> list[Any]:
    """Every relation of a table to records of a type, those without a name among them."""
    fields: Any = model._meta.get_fields(include_hidden=True)
    return [f for f in fields if f.auto_created and f.is_relation and not f.concrete]


@dataclass(frozen=True)
class Move:
    """A record that named the merged one, and its document when it names the survivor."""

    record: Record
    document: Document

    @property
    def is_public(self) -> bool:
        return self.record.publication == Publication.PUBLISHED


@dataclass(frozen=True)
class Plan:
    """What a merge would do."""

    survivor: Record
    other: Record
    before: tuple[Document, Document]
    document: Document  # the survivor's
    moves: list[Move]

    def incoming(self, is_public: bool) -> list[Incoming]:
        """The documents that it takes, of what readers see or of what they do not."""
        own = [Incoming(type(self.survivor), self.document)] if is_public else []
        moved = [move for move in self.moves if move.is_public == is_public]
        return own + [
            Incoming(type(move.record), move.document, move.record.endpoint()) for move in moved
        ]

    def check(self) -> None:
        """Look for references that would lead from a record to itself.

        Raises:
            RefusedError: there are some.
        """
        if faults := list(self._faults()):
            raise RefusedError(faults)

    def _faults(self) -> Iterator[Fault]:
        for move in [Move(self.survivor, self.document), *self.moves]:
            record = move.record
            for path in named_itself(serializer_class(type(record))(), move.document):
                reason = "It names both records, or one names the other: it would name itself."
                yield Fault(record.endpoint(), record.slug, path, reason)


def plan(
    survivor: Record, other: Record, chosen: dict[str, str] | None = None, alias: str = ""
) -> Plan:
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
    pair = bodies(model, [survivor.pk, other.pk])
    documents = {record: orjson.loads(text) for record, text in pair}
    before = documents[survivor], documents[other]
    return Plan(
        survivor,
        other,
        before,
        united(model, *before, chosen or {}, alias),
        list(moves(survivor, other)),
    )


def named_by(record: Record) -> set[Record]:
    """Every record that names this one, in a column, a list, a part or what a source says."""
    queries = chain(naming(record), claiming(record))
    return {owner for owners in queries for owner in owners.only("slug")}


def moves(survivor: Record, other: Record) -> Iterator[Move]:
    """What else names the merged record: published, draft or retracted."""
    model = type(other)
    owners: dict[type[Record], list[int]] = {}
    for owner in named_by(other) - {survivor, other}:
        owners.setdefault(type(owner), []).append(owner.pk)
    for kind in sorted(owners, key=str):
        serializer = serializer_class(kind)()
        for record, text in bodies(kind, owners[kind]):
            if not is_merged(record):
                document = orjson.loads(text)
                yield Move(record, renamed(serializer, document, model, other.slug, survivor.slug))


def claiming(record: Record) -> Iterator[Any]:
    """Records with a source that names this one, where they name another: querysets."""
    for model in record_models().values():
        serializer = serializer_class(model)()
        references = dict(serializer.references())
        fields = [key for key in claimable(serializer) if references[key,] is type(record)]
        if fields:
            citations: Any = model.parts()["citations"].objects
            of_this = citations.filter(field__in=fields, value=record.slug)
            yield model._default_manager.filter(pk__in=of_this.values("record"))


def is_merged(record: Record) -> bool:
    """Whether a record is no more than a way to another."""
    if record.publication != Publication.RETRACTED:
        return False
    newest = Version.objects.of(record).first()
    return newest is not None and newest.operation == Operation.MERGED


def merge(
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
    survivor, other = locked(survivor, other)
    locked(*named_by(other))
    planned = plan(survivor, other, chosen, alias)
    opened.absorb(other, survivor)
    try:
        planned.check()
        take(planned.incoming(is_public=True), opened)
        take(planned.incoming(is_public=False), opened, publishes=False)
    except RefusedError as refused:
        raise RefusedError([advised(fault) for fault in refused.faults]) from refused


def locked(*records: Record) -> list[Record]:
    """Records as they stand, and nobody else's until the transaction ends.

    Who makes something meanwhile that names one of them is refused when one of us commits.
    """
    rows_locked: dict[Record, Record] = {}
    for model in sorted({type(record) for record in records}, key=str):
        for pks in chunks(record.pk for record in records if type(record) is model):
            rows = model._default_manager.filter(pk__in=pks).select_for_update(no_key=True)
            rows_locked |= {row: row for row in rows.order_by("pk")}
    return [rows_locked[record] for record in records]


def advised(fault: Fault) -> Fault:
    """A fault with what to do about it."""
    return Fault(fault.where, fault.slug, fault.path, f"{fault.reason} {ADVICE}")


def take_apart(version: Version, opened: OpenRevision) -> None:
    """Undo the merge that a version is of, if none of its records changed since: a revision's work.

    Raises:
        NotAllowedError: the account may not merge; this is not proposed, as merges are not.
        RefusedError: it was no merge, or something of it has changed.
    """
    merged = version.revision.versions.filter(operation=Operation.MERGED).first()
    if merged is None:
        raise RefusedError([Fault("", "", "", "This revision was no merge.")])
    if not opened.allows(Act.PUBLISH):
        raise NotAllowedError(REFUSALS[Act.PUBLISH])
    versions = list(merged.revision.versions.order_by("pk"))
    model = record_models()[merged.type]
    pair = model._default_manager.filter(slug__in=[merged.slug, merged.into])
    other, survivor = sorted(locked(*pair), key=lambda record: record.slug == merged.into)
    if faults := list(changed_since(versions)):
        raise RefusedError(faults)
    # What is unique may stand on the other again; both lists are written anew.
    survivor.external_ids.all().delete()  # type: ignore[attr-defined]
    opened.part(other)
    take([former(entry) for entry in versions if entry.is_public], opened)
    others = [former(entry) for entry in versions if not entry.is_public]
    take(others, opened, publishes=False)


def former(version: Version) -> Incoming:
    """A record's document before a version of it."""
    earlier = Version.objects.filter(type=version.type, slug=version.slug, pk__lt=version.pk)
    document = earlier.filter(document__isnull=False).order_by("-pk").first()
    text = document.document if document else "{}"
    return Incoming(record_models()[version.type], orjson.loads(text or "{}"), version.type)


def changed_since(versions: list[Version]) -> Iterator[Fault]:
    """Records that are no longer as a revision left them."""
    for version in versions:
        later = Version.objects.filter(type=version.type, slug=version.slug, pk__gt=version.pk)
        newest = later.select_related("revision").order_by("pk").first()
        if newest:
            made = newest.revision
            when = f"in revision {made.number}" if made.number else f"on {made.at:%Y-%m-%d %H:%M}"
            reason = f"It has changed since the merge, {when}: put the two right by hand."
            yield Fault(version.type, version.slug, "", reason)

"""Documents out of tables and into them: the one way between what is stored and what is public.

documents -> take() -> tables -> revision (revisions.py) -> the document beside the row
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ValidationError as RefusedData

from apps.core.models import Part, Record
from apps.documents.faults import Fault, RefusedError
from apps.documents.serializers import RecordSerializer, serializer_class
from apps.ledger.models import stamped

HINTS = 100  # references of a batch for which a likely one is looked for
DocumentsRefusedError = RefusedError  # its name until every caller says the new one
CHUNK = 500  # rows a query: SQLite takes no more than 999 parameters in its oldest form
STAMP = ("revision", "updated_at")
Key = TypeVar("Key", int, str)
NAME = re.compile(r"\w*", re.ASCII)


@dataclass(frozen=True)
class Incoming:
    """A document on its way in."""

    model: type[Record]
    data: Any
    where: str = ""

    @property
    def slug(self) -> str:
        slug = self.data.get("slug") if isinstance(self.data, dict) else None
        return slug if isinstance(slug, str) else ""


def chunks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Keys in order, as many at a time as a query takes."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def bodies(model: type[Record], pks: Iterable[int]) -> Iterator[tuple[Record, str]]:
    """Records with their documents made afresh from the tables, without the stamp."""
    serializer = serializer_class(model)()
    for chunk in chunks(pks):
        rows = model.objects.filter(pk__in=chunk).order_by("pk")
        for record in rows.prefetch_related(*serializer.related_rows()):
            yield record, body(serializer, record)


def body(serializer: RecordSerializer, record: Record) -> str:
    """The JSON text of a record's document, without revision and updated_at."""
    document = serializer.to_representation(record)
    for key in STAMP:
        del document[key]
    return orjson.dumps(document).decode()


def is_current(record: Record, body: str) -> bool:
    """Whether the stored document is `body` with the record's own stamp."""
    return record.document == stamped(body, record.revision, record.updated_at)


class Resolver:
    """The records that a batch may refer to: those in the database and those in itself."""

    locks = True  # whether the batch's own records are kept from other writers

    def __init__(self, incoming: Iterable[Incoming], user: Any = None) -> None:
        self.user = user  # who may name what they see at the desk; a command may name everything
        self._unknown = 0
        self._records: dict[type[Record], dict[str, Record]] = {}
        slugs: dict[type[Record], set[str]] = {}
        for document in incoming:
            slugs.setdefault(document.model, set()).add(document.slug)
        for model, wanted in slugs.items():
            self._fetch(model, wanted)
            for slug in wanted - set(self._records[model]):
                self._records[model][slug] = model(slug=slug)

    def _fetch(self, model: type[Record], slugs: Iterable[str]) -> None:
        found = self._records.setdefault(model, {})
        related = serializer_class(model)().related_rows()
        for chunk in chunks(slugs):
            rows = model.objects.filter(slug__in=chunk).order_by("pk")
            if self.locks:  # what we compare with
                rows = rows.select_for_update(of=("self",), no_key=True)
            for record in rows.prefetch_related(*related):
                # Lists, as the serializer leaves them: a queryset each weighs more than its rows.
                lists = record.__dict__.get("_prefetched_objects_cache", {})
                lists.update({name: list(parts) for name, parts in lists.items()})
                found[record.slug] = record

    def get(self, model: type[Record], slug: str) -> Record:
        """The record with this slug; the same object at each call.

        Raises:
            ObjectDoesNotExist: neither the database nor the batch has it.
        """
        found = self._records.setdefault(model, {})
        if slug not in found:
            found[slug] = self.visible(model).only("slug", "publication").get(slug=slug)
        return found[slug]

    def visible(self, model: type[Record]) -> Any:
        """The records of which the user may know."""
        records: Any = model.objects
        return records.all() if self.user is None else records.seen_at_the_desk_of(self.user)

    def known(self, model: type[Record]) -> list[str]:
        """Slugs to suggest where one is not found; none after many, since likeness is dear."""
        self._unknown += 1
        if self._unknown > HINTS:
            return []
        stored = model.objects.published().values_list("slug", flat=True)[:5000]
        return [*self._records.get(model, ()), *stored]


def take(
    incoming: list[Incoming],
    opened: Any,
    progress: Any = iter,
    publishes: bool = True,
) -> dict[str, int]:
    """Check all documents, then write those that change something, as published records.

    Args:
        incoming: whole documents; a key left out is empty.
        opened: the revision: its user may name what they see, and it is told what was written.
        progress: wraps each list that is worked through, to show how far it is.
        publishes: else who sees a record stays as it is: a draft is a draft.

    Returns:
        How many were created, updated and unchanged.

    Raises:
        DocumentsRefusedError: with all faults of all documents; nothing was written.
    """
    resolver = Resolver(incoming, opened.user)
    context = {"resolver": resolver, "seen": {}}
    models = {document.model for document in incoming}
    takers = {model: serializer_class(model)(context=context) for model in models}
    faults = list(_repeated(incoming))
    checked: list[tuple[Record, RecordSerializer]] = []
    for document in progress(incoming):
        serializer = takers[document.model]
        record = resolver.get(document.model, document.slug)
        found = faults_of(serializer, record, document)
        faults += found
        if not found:
            checked.append((record, serializer))
    if faults:
        raise DocumentsRefusedError(faults)
    return write(checked, opened.touch, publishes, progress)


def faults_of(serializer: RecordSerializer, record: Record, document: Incoming) -> list[Fault]:
    """What is wrong with a document; without faults `record` and its lists hold what it says."""
    serializer.instance = record
    try:
        serializer.run_validation(document.data)
    except RefusedData as refused:
        found = flatten(refused.detail)
        return [Fault(document.where, document.slug, path, reason) for path, reason in found]
    return []


def _repeated(incoming: list[Incoming]) -> Iterator[Fault]:
    first: dict[tuple[type[Record], str], str] = {}
    for document in incoming:
        key = (document.model, document.slug)
        if document.slug and key in first:
            reason = f"Repeated: the slug stands already at {first[key] or 'an earlier place'}."
            yield Fault(document.where, document.slug, "slug", reason)
        first.setdefault(key, document.where)


def flatten(errors: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested errors as (path, reason): ("parties[2].actor", "There is no …")."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            name = "" if key in ("", "non_field_errors") else key
            if isinstance(name, str) and not NAME.fullmatch(name):
                name = orjson.dumps(name).decode()  # none of ours; its dots are no steps
            step = (
                f"[{name + 1}]" if isinstance(name, int) else f".{name}" if path and name else name
            )
            yield from flatten(inner, f"{path}{step}")
    elif isinstance(errors, list) and any(isinstance(inner, dict) for inner in errors):
        for position, inner in enumerate(errors, start=1):
            yield from flatten(inner, f"{path}[{position}]")
    elif isinstance(errors, list):
        for reason in errors:
            yield path, reason
    else:
        yield path, errors


def write(
    checked: list[tuple[Record, RecordSerializer]],
    touch: Callable[[Record], None],
    publishes: bool,
    progress: Any,
) -> dict[str, int]:
    """Write validated records: first all rows, then their lists, which may name any of the rows."""
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    changed = []
    for record, serializer in checked:
        if record.pk and is_current(record, body(serializer, record)):
            counts["unchanged"] += 1
            continue
        is_new = record.pk is None
        counts["created" if is_new else "updated"] += 1
        changed.append((record, serializer, is_new))
    for record, *_ in changed:
        if publishes:
            record.publication = Record.Publication.PUBLISHED
        save_row(record, [])
    for record, serializer, is_new in progress(changed):
        for name in serializer.lists():
            save_list(record, name, is_new)
        touch(record)
    return counts


def save_row(record: Record, waiting: list[Record]) -> None:
    """Save a record's own row, after the rows of its own type that it refers to.

    Raises:
        DocumentsRefusedError: the references run in a circle.
    """
    if record in waiting:
        slugs = " → ".join(r.slug for r in [*waiting, record])
        raise DocumentsRefusedError(
            [Fault("", record.slug, "", f"References in a circle: {slugs}.")]
        )
    for field in record._meta.fields:
        related = getattr(record, field.name) if field.is_relation else None
        if isinstance(related, Record):
            if related.pk is None:
                save_row(related, [*waiting, record])
            setattr(record, field.name, related)  # takes over the id, which it has only now
    if record.pk is None:
        _recheck(record)
    record.save()


def _recheck(record: Record) -> None:
    """Hold a new row against its rules once more, now that the rows it names have ids."""
    try:
        record.validate_constraints(exclude={"slug"})
    except ValidationError as error:
        raise DocumentsRefusedError(
            [
                Fault("", record.slug, "" if field == "__all__" else field, reason)
                for field, reasons in error.message_dict.items()
                for reason in reasons
            ]
        ) from error


def save_list(record: Record, name: str, is_new: bool) -> None:
    """Replace one of the record's lists by what the serializer left on it."""
    rows = record.__dict__["_prefetched_objects_cache"].pop(name)
    if is_new and not rows:
        return  # nothing stood there: of a long file this saves most of the queries
    part: Any = type(record).parts().get(name)
    if part is None:
        getattr(record, name).set(rows)
        return
    part.objects.filter(record=record).delete()
    for row in rows:
        row.pk = None
        row.record = record
    part.objects.bulk_create(rows)


def missing(documents: Iterable[tuple[Record, str]]) -> Iterator[Fault]:
    """References of published documents to records that are not published."""
    wanted: dict[type[Record], dict[str, list[tuple[str, str]]]] = {}
    readers = cache(lambda kind: serializer_class(kind)())  # one is dear to make
    for record, text in documents:
        for path, model, slug in slugs_in(readers(type(record)), orjson.loads(text)):
            wanted.setdefault(model, {}).setdefault(slug, []).append((record.slug, path))
    for model, places in wanted.items():
        published: set[str] = set()
        for chunk in chunks(places):
            visible = model.objects.filter(publication=Record.Publication.PUBLISHED)
            published.update(visible.filter(slug__in=chunk).values_list("slug", flat=True))
        for slug in sorted(set(places) - published):
            reason = f"The {model._meta.verbose_name} “{slug}” is not published."
            yield from (Fault("", owner, path, reason) for owner, path in places[slug])


def slugs_in(
    serializer: RecordSerializer, document: dict[str, Any]
) -> Iterator[tuple[str, type[Record], str]]:
    """Every slug of another record in a document: (path, type, slug)."""
    references = dict(serializer.references())
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
        if claimed and citation["value"] and not _is_list(serializer, citation["field"]):
            yield f"citations[{position}].value", claimed, citation["value"]


def _is_list(serializer: RecordSerializer, name: str) -> bool:
    return isinstance(serializer.fields[name], serializers.ManyRelatedField)


def naming(record: Record) -> Iterator[Any]:
    """Those who name a record in a column, a list or a part, whoever sees them: querysets."""
    for relation in record._meta.get_fields(include_hidden=True):  # citations' are hidden
        if not (relation.auto_created and relation.is_relation) or relation.concrete:
            continue
        model: Any = relation.related_model
        name = relation.field.name  # type: ignore[union-attr]
        if isinstance(relation, models.ManyToManyRel) or issubclass(model, Record):
            yield model.objects.filter(**{name: record})
        elif issubclass(model, Part) and name != "record":
            parts = model.objects.filter(**{name: record}).values("record")
            yield model.record_model().objects.filter(pk__in=parts)


def referrers(record: Record) -> Iterator[Record]:
    """Published records that name this one, in a column, a list or a part."""
    for owners in naming(record):
        for owner in owners.published().defer("document"):
            if owner != record:
                yield owner

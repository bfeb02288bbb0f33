"""Documents out of tables and into them: the one way between what is stored and what is public.

documents -> take() -> tables -> revision (revisions.py) -> the document beside the row
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, cast

import orjson
from django.core.exceptions import ValidationError
from rest_framework.exceptions import ValidationError as RefusedData

from apps.core.models import Record
from apps.core.permissions import Account
from apps.core.querysets import split_for_queries
from apps.documents.faults import Fault, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.references import ReferenceResolver
from apps.documents.serializers import RecordSerializer, document_reader, serializer_class
from apps.ledger.models import stamped_document

STAMP_KEYS = ("revision", "updated_at")
KEY_PATTERN = re.compile(r"\w*", re.ASCII)


def render_documents(model: type[Record], pks: Iterable[int]) -> Iterator[tuple[Record, str]]:
    """Records with their documents made afresh from the tables, without the stamp."""
    serializer = document_reader(model)
    for chunk in split_for_queries(pks):
        rows = model.objects.filter(pk__in=chunk).order_by("pk")
        for record in rows.prefetch_related(*serializer.related_prefetches()):
            yield record, render_document(serializer, record)


def render_document(serializer: RecordSerializer, record: Record) -> str:
    """The JSON text of a record's document, without revision and updated_at."""
    document = serializer.to_representation(record)
    for key in STAMP_KEYS:
        del document[key]
    return orjson.dumps(document).decode()


def is_current_document(record: Record, body: str) -> bool:
    """Whether what is stored is `render_document` with the record's own stamp, and its columns."""
    if record.document != stamped_document(body, record.revision, record.updated_at):
        return False
    return all(getattr(record, name) == value for name, value in record.derived_columns().items())


# Passes on what it is given, and may show meanwhile how far the work is.
Progress = Callable[[Sequence[Any]], Iterable[Any]]


class WrittenRevision(Protocol):
    """What a writer has to know of an open revision: whose it is, and whom to tell of a record."""

    user: Account | None

    def touch(self, record: Record) -> None: ...


def write_documents(
    incoming: list[IncomingDocument],
    opened: WrittenRevision,
    progress: Progress = iter,
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
        RefusedError: with all faults of all documents; nothing was written.
    """
    resolver = ReferenceResolver(incoming, opened.user)
    context = {"resolver": resolver, "seen": {}}
    models = {document.model for document in incoming}
    takers = {model: serializer_class(model)(context=context) for model in models}
    faults = list(_repeated_slug_faults(incoming))
    checked: list[tuple[Record, RecordSerializer]] = []
    for document in progress(incoming):
        serializer = takers[document.model]
        record = resolver.get(document.model, document.slug)
        document_faults = validate_document(serializer, record, document)
        faults += document_faults
        if not document_faults:
            checked.append((record, serializer))
    if faults:
        raise RefusedError(faults)
    return write_records(checked, opened.touch, publishes, progress)


def validate_document(
    serializer: RecordSerializer, record: Record, document: IncomingDocument
) -> list[Fault]:
    """What is wrong with a document; without faults `record` and its lists hold what it says."""
    serializer.instance = record
    try:
        serializer.run_validation(document.data)
    except RefusedData as refused:
        errors = flatten_errors(refused.detail)
        return [Fault(document.where, document.slug, path, reason) for path, reason in errors]
    return []


def _repeated_slug_faults(incoming: list[IncomingDocument]) -> Iterator[Fault]:
    first: dict[tuple[type[Record], str], str] = {}
    for document in incoming:
        key = (document.model, document.slug)
        if document.slug and key in first:
            reason = f"Repeated: the slug stands already at {first[key] or 'an earlier place'}."
            yield Fault(document.where, document.slug, "slug", reason)
        first.setdefault(key, document.where)


def flatten_errors(errors: object, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested errors as (path, reason): ("parties[2].actor", "There is no …")."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            name = "" if key in ("", "non_field_errors") else key
            if isinstance(name, str) and not KEY_PATTERN.fullmatch(name):
                name = orjson.dumps(name).decode()  # none of ours; its dots are no steps
            step = (
                f"[{name + 1}]" if isinstance(name, int) else f".{name}" if path and name else name
            )
            yield from flatten_errors(inner, f"{path}{step}")
    elif isinstance(errors, list) and any(isinstance(inner, dict) for inner in errors):
        for position, inner in enumerate(errors, start=1):
            yield from flatten_errors(inner, f"{path}[{position}]")
    elif isinstance(errors, list):
        for reason in errors:
            yield path, reason
    else:
        yield path, cast(str, errors)  # an ErrorDetail is one


def write_records(
    checked: list[tuple[Record, RecordSerializer]],
    touch: Callable[[Record], None],
    publishes: bool,
    progress: Progress,
) -> dict[str, int]:
    """Write validated records: first all rows, then their lists, which may name any of the rows."""
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    changed = []
    for record, serializer in checked:
        if record.pk and is_current_document(record, render_document(serializer, record)):
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
        for name in serializer.list_names():
            save_list(record, name, is_new)
        touch(record)
    return counts


def save_row(record: Record, waiting: list[Record]) -> None:
    """Save a record's own row, after the rows of its own type that it refers to.

    Raises:
        RefusedError: the references run in a circle.
    """
    if record in waiting:
        slugs = " → ".join(r.slug for r in [*waiting, record])
        raise RefusedError([Fault("", record.slug, "", f"References in a circle: {slugs}.")])
    for field in record._meta.fields:
        related = getattr(record, field.name) if field.is_relation else None
        if isinstance(related, Record):
            if related.pk is None:
                save_row(related, [*waiting, record])
            setattr(record, field.name, related)  # takes over the id, which it has only now
    if record.pk is None:
        _recheck_constraints(record)
    record.save()


def _recheck_constraints(record: Record) -> None:
    """Hold a new row against its rules once more, now that the rows it names have ids."""
    try:
        record.validate_constraints(exclude={"slug"})
    except ValidationError as error:
        raise RefusedError(
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

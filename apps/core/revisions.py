"""The way in: whatever changes records runs inside `with revision(...)`, which ends in the ledger.

At its end documents are made, published ones are held against the publish gate, and then, last,
the dataset's row is locked and bumped and everything gets its number: all in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core import documents
from apps.core.documents import Fault
from apps.core.models import Record
from apps.ledger.models import Revision, Stamp, Version, open_stamp, stamped
from apps.search import index

Publication = Record.Publication
Operation = Version.Operation
LABELS = dict(Revision.Origin.choices)


class GateClosedError(ValidationError):
    """What was asked for cannot be published; the transaction is undone. Holds every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__([str(fault) for fault in faults])


@dataclass(frozen=True)
class Change:
    """What a revision does to one record."""

    record: Record
    operation: str
    body: str | None

    @property
    def is_public(self) -> bool:
        return self.operation not in (Operation.DRAFTED, Operation.DISCARDED)

    def found_by(self) -> tuple[str, str, dict[str, Any] | None]:
        """What the search index takes over."""
        document = orjson.loads(self.body) if self.body else None
        return self.record.endpoint(), self.record.slug, document


class OpenRevision:
    """A revision while its work is being done. `number` is known once it is closed."""

    def __init__(self, user: Any, reason: str, origin: str, at: datetime | None) -> None:
        self.user, self.reason, self.origin, self.at = user, reason, origin, at
        self.number: int | None = None
        self._touched: dict[type[Record], set[int]] = {}
        self._discarded: list[Record] = []

    def touch(self, record: Record) -> None:
        """Say that a record or any of its parts was written."""
        self._touched.setdefault(type(record), set()).add(record.pk)

    def discard(self, draft: Record) -> None:
        """Delete a record that was never published.

        Raises:
            ValidationError: it was published; it can be retracted, which leaves a tombstone.
        """
        if draft.revision is not None:
            raise ValidationError(f"“{draft.slug}” was published: retract it instead.")
        for part in type(draft).parts().values():
            parts: Any = part.objects
            parts.filter(record=draft).delete()  # an article may cite itself
        draft.delete()
        self._discarded.append(draft)

    def close(self) -> None:
        """Make documents, check them, and enter everything in the ledger."""
        changes = list(self._changes())
        faults = [*self._gate(changes)]
        if faults:
            raise GateClosedError(faults)
        if changes:
            public = any(change.is_public for change in changes)
            index.enter(change.found_by() for change in changes if change.is_public)
            stamp = open_stamp(
                user=self.user, reason=self.reason, origin=self.origin, at=self.at, public=public
            )
            self.number = stamp.number
            enter(changes, stamp)

    def _changes(self) -> Iterator[Change]:
        for draft in self._discarded:
            yield Change(draft, Operation.DISCARDED, None)
        for model, pks in self._touched.items():
            # Whoever else writes one of these waits here for our commit, and then reads our parts.
            list(model.objects.select_for_update().filter(pk__in=pks).order_by("pk").values("pk"))
            for record, body in documents.bodies(model, pks):
                operation = self._operation(record, body)
                if operation:
                    retracted = operation == Operation.RETRACTED
                    yield Change(record, operation, None if retracted else body)

    @staticmethod
    def _operation(record: Record, body: str) -> str | None:
        if record.publication == Publication.PUBLISHED:
            if record.document is None:
                return Operation.CREATED
            return None if documents.is_current(record, body) else Operation.UPDATED
        if record.document is not None:
            return Operation.RETRACTED
        newest = Version.objects.of(record).select_related("revision").first()
        same = newest and newest.document == stamped(body, None, newest.revision.at)
        return None if same else Operation.DRAFTED

    def _gate(self, changes: list[Change]) -> Iterator[Fault]:
        published = [(c.record, c.body) for c in changes if c.is_public and c.body]
        yield from documents.missing(published)
        for record, body in published:
            if not orjson.loads(body)["citations"]:
                yield Fault("", record.slug, "citations", "A published record cites a source.")
            yield from (Fault("", record.slug, path, why) for path, why in record.gate())
        for change in changes:
            if change.operation == Operation.RETRACTED:
                for owner in documents.referrers(change.record):
                    reason = f"Still named by {owner.endpoint()}/{owner.slug}."
                    yield Fault("", change.record.slug, "", reason)


def enter(changes: list[Change], stamp: Stamp) -> None:
    """Write documents and numbers beside the rows, and a version of each record."""
    versions = []
    for change in changes:
        record, text = change.record, None
        if change.body:
            text = stamped(change.body, stamp.number if change.is_public else None, stamp.at)
        if change.is_public:
            type(record).objects.filter(pk=record.pk).update(
                document=text,
                revision=stamp.number,
                updated_at=stamp.at,
                disputed_fields=orjson.loads(text)["disputed_fields"] if text else [],
            )
        versions.append(
            Version(
                revision=stamp.revision,
                type=record.endpoint(),
                slug=record.slug,
                operation=change.operation,
                is_public=change.is_public,
                document=text,
            )
        )
    Version.objects.bulk_create(versions, batch_size=200)


@contextmanager
def revision(
    user: Any = None, reason: str = "", origin: str = "", at: datetime | None = None
) -> Iterator[OpenRevision]:
    """One act: everything inside is committed together under one number, or not at all.

    Args:
        user: the account that acts; None for a command.
        reason: why, for the history, at most 500 characters.
        origin: one of `Revision.Origin`.
        at: when it was made elsewhere, for data that brings its own history; else now.

    Raises:
        GateClosedError: a record that would be published is not fit for it.
    """
    if origin not in LABELS:
        raise ValueError(f"origin is one of {', '.join(LABELS)}, not “{origin}”.")
    with transaction.atomic():
        opened = OpenRevision(user, reason, origin, at)
        yield opened
        opened.close()

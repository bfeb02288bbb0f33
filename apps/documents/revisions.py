"""The way in: whatever changes records runs inside `with revision(...)`, which ends in the ledger.

At its end documents are made, published ones are held against the publish gate, and then, last,
the dataset's row is locked and bumped and everything gets its number: all in one transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core.models import Record
from apps.core.permissions import Account
from apps.core.querysets import batched
from apps.documents import publishing as gate
from apps.documents import writing as documents
from apps.documents.faults import HeldForReviewError, RefusedError
from apps.documents.publishing import RecordChange
from apps.documents.references import records_that_follow
from apps.ledger.models import (
    Dataset,
    Revision,
    RevisionStamp,
    Version,
    create_revision,
    stamped_document,
)
from apps.search import index

Publication = Record.Publication
Operation = Version.Operation
ORIGIN_LABELS = dict(Revision.Origin.choices)
NOTHING_DISPUTED: dict[str, Any] = {"disputed_fields": []}  # of what is withdrawn


class OpenRevision:
    """A revision while its work is done. Row, number and changes are known once it is closed."""

    def __init__(
        self,
        user: Account | None,
        reason: str,
        origin: str,
        at: datetime | None,
        allows: Callable[[str], bool],
    ) -> None:
        self.user, self.reason, self.origin, self.at = user, reason, origin, at
        self.allows = allows
        self.number: int | None = None
        self.revision: Revision | None = None
        self.changes: list[RecordChange] = []
        self._touched: dict[type[Record], set[int]] = {}
        self._discarded: list[RecordChange] = []
        self._absorbed: dict[Record, str] = {}
        self._parted: set[Record] = set()

    def touch(self, record: Record) -> None:
        """Say that a record or any of its parts was written."""
        self._touched.setdefault(type(record), set()).add(record.pk)

    def delete_draft(self, draft: Record) -> None:
        """Delete a record that was never published.

        Raises:
            ValidationError: it was published; it can be retracted, which leaves a tombstone.
        """
        if draft.revision is not None:
            raise ValidationError(f"“{draft.slug}” was published: retract it instead.")
        _delete_parts(draft)  # an article may cite itself
        draft.delete()
        self._discarded.append(RecordChange(draft, Operation.DISCARDED, None))

    def merge_into(self, record: Record, into: Record) -> None:
        """Withdraw a record that is the same as another, to which readers are led from now on.

        Its lists are emptied, so that what is unique in them can stand on the other.
        """
        _delete_parts(record)
        record.publication = Publication.RETRACTED
        record.save(update_fields=["publication"])
        self._absorbed[record] = into.slug
        self.touch(record)

    def mark_separated(self, record: Record) -> None:
        """Say that a record that was absorbed will stand on its own again."""
        self._parted.add(record)

    def close(self) -> None:
        """Make documents, check them, and enter everything in the ledger."""
        began = Dataset.current_revision()
        changes = [*self._discarded, *self._collect_changes(self._touched)]
        consequences = list(self._collect_changes(self._find_followers(changes)))
        held = gate.changes_for_review(changes, self.user, self.origin, self.allows)
        is_reasoned = self.user is None or bool(self.reason)
        faults = [*gate.find_change_faults(changes, bool(held), is_reasoned)]
        faults += gate.still_merged_faults(changes, self._parted)
        if faults:
            raise RefusedError(faults)
        if held:
            raise HeldForReviewError(
                [gate.build_proposal(c, self.user, self.reason, self.origin) for c in held]
            )
        self.changes = changes
        if changes:
            public = any(change.is_public for change in changes)
            for some in batched(changes):
                index.update_entries(change.search_record() for change in some if change.is_public)
            stamp = create_revision(
                user=self.user, reason=self.reason, origin=self.origin, at=self.at, public=public
            )
            if public and stamp.number != began + 1:
                changes = self.changes = [*self._discarded, *self._collect_changes(self._touched)]
                consequences = list(self._collect_changes(self._find_followers(changes)))
                self._check_faults_again(changes)
            self.number, self.revision = stamp.number, stamp.revision
            for some in batched([*changes, *consequences]):
                write_versions(some, stamp)

    @staticmethod
    def _check_faults_again(changes: list[RecordChange]) -> None:
        """Look once more: others have committed since, and may have withdrawn what this names.

        Raises:
            RefusedError: they have, or they name what this withdraws.
        """
        if faults := [*gate.find_change_faults(changes, is_held=False, is_reasoned=True)]:
            raise RefusedError(faults)

    def _collect_changes(self, records: dict[type[Record], set[int]]) -> Iterator[RecordChange]:
        for model, pks in records.items():
            # Whoever else writes one of these waits here for our commit, and then reads our parts.
            # Not so who names one: PostgreSQL looks at that at the commit, and would deadlock.
            rows = model.objects.select_for_update(no_key=True).filter(pk__in=pks)
            list(rows.order_by("pk").values("pk"))
            for record, body in documents.render_documents(model, pks):
                operation, columns = self._operation_on(record, body), record.derived_columns()
                # Of thousands of records the parts would fill the memory, and nobody asks for them.
                record.__dict__.pop("_prefetched_objects_cache", None)
                if operation == Operation.RETRACTED:
                    into = self._absorbed.get(record)
                    operation, columns = Operation.MERGED if into else operation, NOTHING_DISPUTED
                    yield RecordChange(record, operation, None, into, columns)
                elif operation:
                    yield RecordChange(record, operation, body, columns=columns)

    def _find_followers(self, changes: list[RecordChange]) -> dict[type[Record], set[int]]:
        """Published records, not written here, of which the documents follow from what was."""
        following: dict[type[Record], set[int]] = {}
        for change in changes:
            if change.operation == Operation.UPDATED and quotes_differ(change):
                for owners in records_that_follow(change.record):
                    pks = set(owners.values_list("pk", flat=True))
                    following.setdefault(owners.model, set()).update(pks)
        return {model: pks - self._touched.get(model, set()) for model, pks in following.items()}

    @staticmethod
    def _operation_on(record: Record, body: str) -> str | None:
        if record.publication == Publication.PUBLISHED:
            if record.document is None:
                return Operation.CREATED
            return None if documents.is_current_document(record, body) else Operation.UPDATED
        if record.document is not None:
            return Operation.RETRACTED
        versions = Version.objects.for_record(record).select_related("revision")
        newest = versions.first()
        if newest and newest.operation == Operation.RETRACTED:  # a tombstone has no document
            newest = versions.filter(document__isnull=False).first()
        if newest is None:
            return Operation.DRAFTED
        number = newest.revision.number if newest.is_public else None
        same = newest.document == stamped_document(body, number, newest.revision.at)
        return None if same else Operation.DRAFTED


def _delete_parts(record: Record) -> None:
    """Delete a record's parts."""
    for part in type(record).parts().values():
        parts: Any = part.objects
        parts.filter(record=record).delete()


def write_versions(changes: list[RecordChange], stamp: RevisionStamp) -> None:
    """Write documents and numbers beside the rows, and a version of each record."""
    versions = []
    for change in changes:
        record, text = change.record, None
        if change.body:
            text = stamped_document(
                change.body, stamp.number if change.is_public else None, stamp.at
            )
        if change.is_public:
            type(record).objects.filter(pk=record.pk).update(
                document=text,
                revision=stamp.number,
                updated_at=stamp.at,
                **change.columns,
            )
        versions.append(
            Version(
                revision=stamp.revision,
                type=record.endpoint(),
                slug=record.slug,
                operation=change.operation,
                into=change.into,
                is_public=change.is_public,
                document=text,
            )
        )
    Version.objects.bulk_create(versions, batch_size=200)


def quotes_differ(change: RecordChange) -> bool:
    """Whether a change of a published record is one of what the documents of others follow from."""
    fields = type(change.record).quoted_fields
    if not fields or not change.body or not change.record.document:
        return False
    before, after = orjson.loads(change.record.document), orjson.loads(change.body)
    return any(before.get(name) != after.get(name) for name in fields)


def permission_check(user: Account | None) -> Callable[[str], bool]:
    """What an account may do; a command, which has none, may do everything."""
    return (lambda act: True) if user is None else user.has_perm


@contextmanager
def open_revision(
    user: Account | None = None,
    reason: str = "",
    origin: str = "",
    at: datetime | None = None,
    allows: Callable[[str], bool] | None = None,
) -> Iterator[OpenRevision]:
    """One act: everything inside is committed together under one number, or not at all.

    Args:
        user: the account that acts; None for a command.
        reason: why, for the history, at most 500 characters.
        origin: one of `Revision.Origin`.
        at: when it was made elsewhere, for data that brings its own history; else now.
        allows: whether an act of `apps.core.permissions` is permitted; else what the account
            may do, and everything for a command.

    Raises:
        RefusedError: a record that would be published is not fit for it.
        HeldError: the account may only propose this; the proposals are in the error.
        NotAllowedError: the account may not do this.
    """
    if origin not in ORIGIN_LABELS:
        raise ValueError(f"origin is one of {', '.join(ORIGIN_LABELS)}, not “{origin}”.")
    with transaction.atomic():
        opened = OpenRevision(user, reason, origin, at, allows or permission_check(user))
        yield opened
        opened.close()

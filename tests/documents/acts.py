"""What curators do to records, one revision each; every act answers with its number."""

from typing import Any

from django.db import transaction

from apps.core.models import Record
from apps.documents import reverting
from apps.documents.revisions import revision
from apps.ledger.models import Revision, Version, open_stamp


def change(record: Record, *, user: Any = None, reason: str = "Corrected", **values: Any) -> Any:
    """Give columns of a record other values."""
    with revision(user=user, reason=reason, origin="admin") as opened:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        opened.touch(record)
    record.refresh_from_db()
    return opened.number


def retract(record: Record, reason: str = "Wrong") -> Any:
    """Withdraw a record from the public."""
    return change(record, reason=reason, publication=Record.Publication.RETRACTED)


def publish(record: Record) -> Any:
    """Show a record to the public, perhaps again."""
    return change(record, reason="Right after all", publication=Record.Publication.PUBLISHED)


def revert(version: Version, reason: str) -> Any:
    """Make a record again what it was."""
    with revision(reason=reason, origin="admin") as opened:
        reverting.revert(version, opened)
    return opened.number


@transaction.atomic
def merge(record: Record, survivor: Record) -> Any:
    """Leave a redirect in the place of a record, as the ledger keeps it."""
    stamp = open_stamp(user=None, reason="The same", origin="admin", at=None, public=True)
    type(record).objects.filter(pk=record.pk).update(
        document=None,
        publication=Record.Publication.RETRACTED,
        revision=stamp.number,
        updated_at=stamp.at,
    )
    Version.objects.create(
        revision=stamp.revision,
        type=record.endpoint(),
        slug=record.slug,
        operation="merged",
        is_public=True,
        into=survivor.slug,
    )
    return stamp.number


def time_of(number: int) -> str:
    """When a revision was made, as answers write it."""
    return Revision.objects.get(number=number).at.isoformat().replace("+00:00", "Z")

"""What curators do to records, one revision each; every act answers with its number."""

from typing import Any

from django.db import transaction

from apps.core.models import Record
from apps.documents import reverting
from apps.documents.revisions import open_revision
from apps.ledger.models import Revision, Version, create_revision


def change_record(
    record: Record, *, user: Any = None, reason: str = "Corrected", **values: Any
) -> Any:
    """Give columns of a record other values."""
    with open_revision(user=user, reason=reason, origin="admin") as opened:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        opened.touch(record)
    record.refresh_from_db()
    return opened.number


def retract_record(record: Record, reason: str = "Wrong") -> Any:
    """Withdraw a record from the public."""
    return change_record(record, reason=reason, publication=Record.Publication.RETRACTED)


def publish_record(record: Record) -> Any:
    """Show a record to the public, perhaps again."""
    return change_record(record, reason="Right after all", publication=Record.Publication.PUBLISHED)


def revert(version: Version, reason: str) -> Any:
    """Make a record again what it was."""
    with open_revision(reason=reason, origin="admin") as opened:
        reverting.revert_to_version(version, opened)
    return opened.number


@transaction.atomic
def merge_records(record: Record, survivor: Record) -> Any:
    """Leave a redirect in the place of a record, as the ledger keeps it."""
    stamp = create_revision(user=None, reason="The same", origin="admin", at=None, public=True)
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


def revision_time(number: int) -> str:
    """When a revision was made, as answers write it."""
    return Revision.objects.get(number=number).at.isoformat().replace("+00:00", "Z")

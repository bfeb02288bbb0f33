"""Merges and their undoing, one revision each; every act answers with its number."""

from django.contrib.auth.models import User

from apps.core.models import Record
from apps.documents.revisions import open_revision
from apps.ledger.models import Version
from apps.merging import merging


def merge(
    survivor: Record,
    other: Record,
    chosen: dict[str, str] | None = None,
    *,
    user: User | None = None,
    reason: str,
) -> int | None:
    """Make one record of two."""
    with open_revision(user, reason, "admin") as opened:
        merging.merge_records(survivor, other, opened, chosen)
    return opened.number


def take_apart(merged: Version, *, reason: str) -> int | None:
    """Make two records of one again."""
    with open_revision(reason=reason, origin="admin") as opened:
        merging.undo_merge(merged, opened)
    return opened.number

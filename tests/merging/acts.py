"""Merges and their undoing, one revision each; every act answers with its number."""

from django.contrib.auth.models import User

from apps.core.models import Record
from apps.documents.revisions import revision
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
    with revision(user, reason, "admin") as opened:
        merging.merge(survivor, other, opened, chosen)
    return opened.number


def take_apart(merged: Version, *, reason: str) -> int | None:
    """Make two records of one again."""
    with revision(reason=reason, origin="admin") as opened:
        merging.take_apart(merged, opened)
    return opened.number

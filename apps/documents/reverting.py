"""A record as it once was, made to be so again: a new revision with an old document."""

from typing import Any

import orjson
from django.core.exceptions import PermissionDenied

from apps.core.models import Record, record_models
from apps.core.permissions import Act
from apps.documents.incoming import Incoming
from apps.documents.revisions import revision
from apps.documents.writing import take
from apps.ledger.models import Revision, Version


def revert(
    version: Version, *, user: Any = None, reason: str = "", origin: str = Revision.Origin.ADMIN
) -> int | None:
    """Make a record again what it was in `version`; the number of the revision, if it is public.

    What was retracted is published again by it, a draft remains one.

    Raises:
        RefusedError: the old document is not fit any more; nothing was written.
        RefusedError, HeldError, NotAllowedError: as for every revision.
    """
    model = record_models()[version.type]
    incoming = Incoming(model, orjson.loads(version.document or "{}"))
    with revision(user, reason, origin) as opened:
        record = model._default_manager.filter(slug=version.slug).only("publication").first()
        is_draft = record is not None and record.publication == Record.Publication.DRAFT
        take([incoming], opened, publishes=not is_draft)
    return opened.number


def usual_reason(version: Version) -> str:
    """What a reason for a revert begins with."""
    made = version.revision
    if made.number:
        return f"Back to revision {made.number}"
    return f"Back to the draft of {made.at:%Y-%m-%d %H:%M}"


def check_sight(version: Version, user: Any) -> None:
    """Whether an account may see what a version says: of a draft, whoever works on drafts.

    Raises:
        PermissionDenied: it may not.
    """
    own = version.revision.user_id == user.pk
    if not (version.is_public or own or user.has_perm(Act.DRAFT)):
        raise PermissionDenied

"""A record as it once was, made to be so again: a new revision with an old document."""

import orjson
from django.core.exceptions import PermissionDenied

from apps.core.models import Record, record_models
from apps.core.permissions import Account, Act
from apps.documents.faults import Fault, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.revisions import OpenRevision
from apps.documents.writing import write_documents
from apps.ledger.models import Version

NOTHING = "There is nothing to go back to: readers saw no document then."


def revert_to_version(version: Version, opened: OpenRevision) -> None:
    """Make a record again what it was in `version`: the work of a revision.

    What was retracted is published again by it, a draft remains one.

    Raises:
        RefusedError: it has no document, or one that is not fit any more.
    """
    if not version.document:
        raise RefusedError([Fault("", "", "", NOTHING)])
    model = record_models()[version.type]
    incoming = IncomingDocument(model, orjson.loads(version.document))
    record = model._default_manager.filter(slug=version.slug).only("publication").first()
    is_draft = record is not None and record.publication == Record.Publication.DRAFT
    write_documents([incoming], opened, publishes=not is_draft)


def default_revert_reason(version: Version) -> str:
    """What a reason for a revert begins with."""
    made = version.revision
    if made.number:
        return f"Back to revision {made.number}"
    return f"Back to the draft of {made.at:%Y-%m-%d %H:%M}"


def check_version_access(version: Version, user: Account) -> None:
    """Whether an account may see what a version says: of a draft, whoever works on drafts.

    Raises:
        PermissionDenied: it may not.
    """
    own = version.revision.user_id == user.pk
    if not (version.is_public or own or user.has_perm(Act.DRAFT)):
        raise PermissionDenied

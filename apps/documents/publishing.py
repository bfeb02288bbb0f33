"""The gate before the ledger: who may do what to a record, and what is fit to be published.

Every revision comes to it when its work is done and before anything is committed, whatever way
it came in: the admin, the API, an import, a merge. What an account may not do by itself but may
propose is held: it becomes a proposal, and the tables stay as they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from django.contrib.auth.models import User
from django.db.models import F

from apps.core.models import Record
from apps.core.permissions import Account, Act
from apps.core.querysets import LinkedIds, split_for_queries
from apps.documents.faults import Fault, NotAllowedError
from apps.documents.references import published_referrers, unpublished_references
from apps.ledger.models import Proposal, Revision, Version
from apps.search.index import SearchRecord

Operation = Version.Operation
REQUIRED_PERMISSIONS = {
    Operation.DRAFTED: Act.DRAFT,
    Operation.DISCARDED: Act.DRAFT,
    Operation.CREATED: Act.PUBLISH,
    Operation.UPDATED: Act.PUBLISH,
    Operation.RETRACTED: Act.PUBLISH,
    Operation.MERGED: Act.PUBLISH,
}
PROPOSABLE_OPERATIONS = {Operation.CREATED, Operation.UPDATED}
REASON_MISSING = "Say why: this changes what is published."
PERMISSION_REFUSALS = {
    Act.DRAFT: "You may change only the drafts that you began yourself.",
    Act.PUBLISH: "This account may not publish, retract or merge records.",
    Act.REVIEW: "This account may not review proposals.",
}


@dataclass(frozen=True)
class RecordChange:
    """What a revision does to one record."""

    record: Record
    operation: str
    body: str | None
    into: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)  # what follows of it for its row

    @property
    def is_public(self) -> bool:
        return self.operation not in (Operation.DRAFTED, Operation.DISCARDED)

    def search_record(self) -> SearchRecord:
        """What the search index takes over."""
        document = orjson.loads(self.body) if self.body else None
        return self.record.search_record(self.record.slug, document)


def changes_for_review(
    changes: list[RecordChange], user: Account | None, origin: str, allows: Callable[[str], bool]
) -> list[RecordChange]:
    """The changes that have to wait for somebody else.

    Raises:
        NotAllowedError: there are some that the account may not even propose.
    """
    waiting = []
    for change in changes:
        act = (
            Act.REVIEW
            if is_approved_proposal(change, origin)
            else REQUIRED_PERMISSIONS[Operation(change.operation)]
        )
        if allows(act) or (
            act == Act.DRAFT and allows(Act.PROPOSE) and is_own_draft(change.record, user)
        ):
            continue
        if (
            act != Act.PUBLISH
            or change.operation not in PROPOSABLE_OPERATIONS
            or not allows(Act.PROPOSE)
        ):
            raise NotAllowedError(PERMISSION_REFUSALS[act])
        waiting.append(change)
    if waiting and len(waiting) < len(changes):
        raise NotAllowedError("Propose what is to be published by itself, without drafts beside.")
    return waiting


def is_approved_proposal(change: RecordChange, origin: str) -> bool:
    """Whether a change was proposed by somebody else than who approves it now."""
    return origin == Revision.Origin.PROPOSAL and change.operation in PROPOSABLE_OPERATIONS


def is_own_draft(record: Record, user: Account | None) -> bool:
    """Whether a draft was begun by `user`, or is only now; what was public is nobody's own."""
    if record.revision is not None:
        return False
    versions = Version.objects.for_record(record)
    gone = versions.filter(operation=Operation.DISCARDED).values_list("pk", flat=True).first()
    versions = versions.filter(pk__gt=gone or 0).order_by("revision__id")
    begun_by = versions.values_list("revision__user", flat=True).first()
    is_own = user is not None and begun_by == user.pk
    return is_own or not versions.exists()


def build_proposal(
    change: RecordChange, user: Account | None, reason: str, origin: str
) -> Proposal:
    """A change as a proposal that nobody handed in yet."""
    return Proposal(
        type=change.record.endpoint(),
        slug=change.record.slug,
        base=Version.objects.for_record(change.record).first(),
        document=change.body or "",
        reason=reason,
        author=cast(User, user),  # a command proposes nothing, strangers were refused
        origin=origin,
    )


def find_change_faults(
    changes: list[RecordChange], is_held: bool, is_reasoned: bool
) -> Iterator[Fault]:
    """Why changes cannot be published; what is only proposed may name what is not public yet."""
    if not is_reasoned:
        yield from missing_reason_faults(changes)
    yield from circle_faults(changes)
    published = [(c.record, c.body) for c in changes if c.is_public and c.body]
    if not is_held:
        yield from unpublished_references(published)
    for record, body in published:
        yield from publication_faults(record, orjson.loads(body))
    yield from remaining_references([c.record for c in changes if c.is_public and c.body is None])


def still_merged_faults(changes: list[RecordChange], parted: set[Record]) -> Iterator[Fault]:
    """Records whose readers are led to another, and that come back without being parted from it."""
    made = (change.record for change in changes if change.operation == Operation.CREATED)
    for record in made:
        into = survivor_slug(record)
        if into and record not in parted:
            reason = f"This record was merged into “{into}”: take the merge apart instead."
            yield Fault("", record.slug, "slug", reason)


def survivor_slug(record: Record) -> str | None:
    """The slug of the record to which readers of this one are led."""
    if record.revision is None or record.document is not None:
        return None
    newest = Version.objects.for_record(record).filter(is_public=True).first()
    return newest.into if newest else None


def missing_reason_faults(changes: list[RecordChange]) -> Iterator[Fault]:
    """What readers know is changed with a reason."""
    for change in changes:
        if change.is_public and change.operation != Operation.CREATED:
            yield Fault("", change.record.slug, "reason", REASON_MISSING)


def circle_faults(changes: list[RecordChange]) -> Iterator[Fault]:
    """References to the own type that lead back to where they began, each circle once, as a way."""
    referring: dict[Any, list[int]] = {}
    for change in changes:
        record = change.record
        for column in record._meta.fields if change.body else ():
            if column.related_model is type(record) and getattr(record, column.attname):
                referring.setdefault(column, []).append(record.pk)
    for reference, pks in referring.items():
        seen: set[Record] = set()
        for some in split_for_queries(pks):
            way = LinkedIds(reference, F("pk"), upwards=True)
            for record in reference.model._default_manager.filter(pk__in=some).filter(pk__in=way):
                if record not in seen:
                    steps = steps_around(record, reference.name)
                    seen.update(steps)
                    slugs = " → ".join(step.slug for step in steps)
                    reason = f"References in a circle: {slugs}."
                    yield Fault("", record.slug, reference.name, reason)


def steps_around(record: Record, reference: str) -> list[Record]:
    """The records on the way from one by a reference back to itself, and itself again."""
    steps = [record]
    while (following := getattr(steps[-1], reference)) not in (None, *steps[1:]):
        steps.append(following)
    return steps


def publication_faults(record: Record, document: dict[str, Any]) -> Iterator[Fault]:
    """What a record lacks to be published."""
    if not document["citations"]:
        yield Fault("", record.slug, "citations", "A published record cites a source.")
    yield from (Fault("", record.slug, path, why) for path, why in record.publication_objections())


def remaining_references(gone: list[Record]) -> Iterator[Fault]:
    """Published records that name one that is withdrawn, unless they go with it."""
    for record in gone:
        for owner in published_referrers(record):
            if owner not in gone:
                reason = f"Still named by {owner.endpoint()}/{owner.slug}."
                yield Fault("", record.slug, "", reason)

"""An import that becomes a revision, or proposals; and one that is undone."""

from typing import Any

import orjson
from django.db import IntegrityError, transaction

from apps.core.models import Record
from apps.core.permissions import Act
from apps.documents.faults import HeldError, NotAllowedError, RefusedError
from apps.documents.revisions import OpenRevision, permissions_of, revision
from apps.documents.writing import Incoming, chunks, take
from apps.exchange.known_records import bases, lock
from apps.exchange.models import WRITING, Batch
from apps.exchange.planning import enter_faults, plan, settle
from apps.exchange.taking import take_over
from apps.formats.contents import load
from apps.ledger.models import Version

State = Batch.State
Operation = Version.Operation
SETTLED = "It was applied, or waits for review: it is not planned again."
SHOWN = 20  # slugs that a message names


class ImpossibleError(Exception):
    """What is asked for cannot be done with this import as it stands; nothing was written."""


class ChangedError(ImpossibleError):
    """Records were changed by others, so that what was planned, or done, is no longer so."""

    def __init__(self, what: str, slugs: list[str]) -> None:
        self.slugs = slugs
        more = f" and {len(slugs) - SHOWN} more" if len(slugs) > SHOWN else ""
        super().__init__(f"{what}: {', '.join(slugs[:SHOWN])}{more}.")


def apply(batch: Batch, user: Any, reason: str, progress: Any = iter) -> Batch:
    """Do what a batch's plan says, as one revision, or as proposals of who may only propose.

    What the tables or the gate refuse leaves the batch refused, with the reasons in its plan.

    Raises:
        ChangedError: records were changed since the plan was made; a new one is made instead.
        ImpossibleError: there is nothing to apply.
        NotAllowedError: the account may not even propose it.
    """
    batch.release()
    try:
        with transaction.atomic():
            locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            if not locked.can_be_applied:
                raise ImpossibleError("There is nothing to apply: look at its state and its rows.")
            locked.reason = reason
            _apply(locked, user, progress)
            locked.save()
            return locked
    except ChangedError:
        keep_plan(plan(batch, user, progress))
        raise


def _apply(batch: Batch, user: Any, progress: Any) -> None:
    contents, entries, seen = load(batch.contents), batch.planned["entries"], batch.planned["bases"]
    writing = {entry["row"]: entry["slug"] for entry in entries if entry["outcome"] in WRITING}
    del entries
    batch.release()
    try:
        with revision(user, batch.reason, batch.origin) as opened:
            check_bases(batch.model, seen, list(writing.values()))
            take_over(batch.model, contents, writing, opened, progress)
    except HeldError as held:
        batch.proposals.set(held.submit())
        batch.state = State.PROPOSED
    except RefusedError as refused:
        enter_faults(contents, batch.planned, refused.faults)
        settle(batch, batch.planned)
    except IntegrityError as error:
        raise ChangedError("Somebody entered the same at the same time", []) from error
    else:
        batch.state = State.APPLIED
        batch.revision = opened.revision


def check_bases(model: type[Record], planned: dict[str, int], slugs: list[str]) -> None:
    """Hold fast the records that will be written; refuse if others changed them since."""
    lock(model, slugs)
    now = bases(model, slugs)
    if changed := [slug for slug in slugs if now.get(slug) != planned.get(slug)]:
        raise ChangedError("Changed since the plan was made", changed)


def plan_again(batch: Batch, user: Any, progress: Any = iter) -> Batch:
    """A new plan of the same file; of one that was reverted, in a batch of its own.

    Raises:
        ImpossibleError: it was applied, or waits as proposals.
    """
    if not batch.can_be_planned_again:
        raise ImpossibleError(SETTLED)
    if batch.state == State.REVERTED:
        batch = Batch(
            **{name: getattr(batch, name) for name in ("name", "sha256", "size", "type", "origin")},
            contents=batch.contents,
            user=user,
        )
    plan(batch, user, progress)
    if batch.pk:
        keep_plan(batch)
    else:
        batch.save()
    return batch


def keep_plan(batch: Batch) -> None:
    """Keep a new plan, unless somebody applied the old one meanwhile."""
    with transaction.atomic():
        now = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if not now.can_be_planned_again:
            raise ImpossibleError(SETTLED)
        batch.save(update_fields=["plan", "summary", "state"])


def revert(batch: Batch, user: Any, reason: str) -> Batch:
    """Undo an import as one revision: what it created is retracted, what it changed is as before.

    Raises:
        NotAllowedError: the account may not undo imports.
        ChangedError: records were changed since.
        RefusedError: records that it created are named by others.
        ImpossibleError: it was not applied.
    """
    if not permissions_of(user)(Act.ADMINISTER):
        raise NotAllowedError("This account may not undo imports.")
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state != State.APPLIED or batch.revision is None:
            raise ImpossibleError("Only an import that changed something can be reverted.")
        with revision(user, reason, batch.origin, allows=lambda act: True) as opened:
            undo(batch, opened)
        batch.state = State.REVERTED
        batch.reverted_in = opened.revision
        batch.save()
    return batch


def undo(batch: Batch, opened: OpenRevision) -> None:
    """Bring the records of an import back to where they were."""
    model, made = batch.model, Version.objects.filter(revision=batch.revision)
    versions = dict(made.values_list("slug", "pk"))
    lock(model, versions)
    now = bases(model, versions)
    if changed := [slug for slug, pk in sorted(versions.items()) if now.get(slug) != pk]:
        raise ChangedError("Changed since the import", changed)
    created = set(made.filter(operation=Operation.CREATED).values_list("slug", flat=True))
    # Published records are still published, and drafts that were edited are drafts again.
    take(former(batch, set(versions) - created), opened, publishes=False)
    for chunk in chunks(created):
        for record in model.objects.filter(slug__in=chunk).order_by("pk"):
            record.publication = Record.Publication.RETRACTED
            record.save(update_fields=["publication"])
            opened.touch(record)


def former(batch: Batch, slugs: set[str]) -> list[Incoming]:
    """The documents that records had before an import."""
    found = []
    for chunk in chunks(slugs):
        before = Version.objects.filter(
            type=batch.type, slug__in=chunk, revision__lt=batch.revision_id
        )
        newest: dict[str, int] = {}
        for pk, slug in before.order_by("pk").values_list("pk", "slug"):
            newest[slug] = pk
        for document in Version.objects.filter(pk__in=newest.values()).values_list(
            "document", flat=True
        ):
            found.append(Incoming(batch.model, orjson.loads(document or "{}")))
    return found

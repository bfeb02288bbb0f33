"""An import that becomes a revision, or proposals; and one that is undone."""

from collections.abc import Iterable, Iterator

import orjson
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from apps.core.models import Record
from apps.core.permissions import Account, Act
from apps.core.querysets import split_for_queries
from apps.documents.acts import perform_act
from apps.documents.differences import say_the_same
from apps.documents.faults import NotAllowedError
from apps.documents.incoming import IncomingDocument
from apps.documents.revisions import OpenRevision, open_revision, permission_check
from apps.documents.writing import Progress, write_documents
from apps.exchange.known_records import KnownRecords, lock_slugs, newest_version_ids
from apps.exchange.models import WRITING_OUTCOMES, Batch
from apps.exchange.planning import add_late_faults, plan_batch
from apps.formats.contents import load_contents
from apps.ledger.models import Version

State = Batch.State
Operation = Version.Operation
NOT_PLANNED_AGAIN = "It was applied, or waits for review: it is not planned again."
MAX_SHOWN_SLUGS = 20  # slugs that a message names


class ImportImpossibleError(Exception):
    """What is asked for cannot be done with this import as it stands; nothing was written."""


class RecordsChangedError(ImportImpossibleError):
    """Records were changed by others, so that what was planned, or done, is no longer so."""

    def __init__(self, what: str, slugs: list[str]) -> None:
        self.slugs = slugs
        more = f" and {len(slugs) - MAX_SHOWN_SLUGS} more" if len(slugs) > MAX_SHOWN_SLUGS else ""
        super().__init__(f"{what}: {', '.join(slugs[:MAX_SHOWN_SLUGS])}{more}.")


def apply_batch(
    batch: Batch, user: Account | None, reason: str, progress: Progress = iter
) -> Batch:
    """Do what a batch's plan says, as one revision, or as proposals of who may only propose.

    What the tables or the gate refuse leaves the batch refused, with the reasons in its plan.

    Raises:
        RecordsChangedError: others changed records since the plan was made; it is made anew.
        ImportImpossibleError: there is nothing to apply.
        NotAllowedError: the account may not even propose it.
    """
    batch.forget_parsed_plan()
    try:
        with transaction.atomic():
            locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            if not locked.may_be_applied:
                raise ImportImpossibleError(
                    "There is nothing to apply: look at its state and its rows."
                )
            locked.reason = reason
            write_batch(locked, user, progress)
            locked.save()
            return locked
    except RecordsChangedError:
        save_plan(plan_batch(batch, user, progress))
        raise


def write_batch(batch: Batch, user: Account | None, progress: Progress) -> None:
    """Write the rows of a planned batch, and into the batch what became of them."""
    contents, entries = load_contents(batch.contents), batch.parsed_plan["entries"]
    planned_on: dict[str, int] = batch.parsed_plan["bases"]
    slugs = {
        entry["row"]: entry["slug"] for entry in entries if entry["outcome"] in WRITING_OUTCOMES
    }
    del entries
    batch.forget_parsed_plan()

    def write_rows(opened: OpenRevision) -> None:
        known = KnownRecords(batch.model, slugs.values(), locks=True)
        check_unchanged(known.versions, planned_on, slugs.values())
        documents = known.complete_documents(contents, slugs)
        del known  # of a long file it is much
        write_documents(documents, opened, progress, contents.publishes)

    try:
        outcome = perform_act(write_rows, user=user, reason=batch.reason, origin=batch.origin)
    except IntegrityError as error:
        raise RecordsChangedError("Somebody entered the same at the same time", []) from error
    if outcome.is_forbidden:
        raise NotAllowedError(outcome.faults[0].reason)
    if outcome.faults:
        add_late_faults(contents, batch.parsed_plan, outcome.faults)
        batch.set_plan(batch.parsed_plan)
    elif outcome.proposals:
        batch.proposals.set(outcome.proposals)
        batch.state = State.PROPOSED
    elif outcome.revision:
        batch.state = State.APPLIED
        batch.revision = outcome.revision.revision


def check_unchanged(now: dict[str, int], planned: dict[str, int], slugs: Iterable[str]) -> None:
    """Refuse records whose newest version is no longer the one on which the plan was made."""
    if changed := [slug for slug in slugs if now.get(slug) != planned.get(slug)]:
        raise RecordsChangedError("Changed since the plan was made", changed)


def plan_batch_again(batch: Batch, user: User | None, progress: Progress = iter) -> Batch:
    """A new plan of the same file; of one that was reverted, in a batch of its own.

    Raises:
        ImportImpossibleError: it was applied, or waits as proposals.
    """
    if not batch.may_be_planned_again:
        raise ImportImpossibleError(NOT_PLANNED_AGAIN)
    if batch.state == State.REVERTED:
        batch = Batch(
            **{name: getattr(batch, name) for name in ("name", "sha256", "size", "type", "origin")},
            contents=batch.contents,
            user=user,
        )
    plan_batch(batch, user, progress)
    if batch.pk:
        save_plan(batch)
    else:
        batch.save()
    return batch


def save_plan(batch: Batch) -> None:
    """Keep a new plan, unless somebody applied the old one meanwhile."""
    with transaction.atomic():
        now = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if not now.may_be_planned_again:
            raise ImportImpossibleError(NOT_PLANNED_AGAIN)
        batch.save(update_fields=["plan", "summary", "state"])


def revert_batch(batch: Batch, user: Account | None, reason: str) -> Batch:
    """Undo an import as one revision: what it created is retracted, what it changed is as before.

    Raises:
        NotAllowedError: the account may not undo imports.
        RecordsChangedError: records were changed since.
        RefusedError: records that it created are named by others.
        ImportImpossibleError: it was not applied.
    """
    if not permission_check(user)(Act.ADMINISTER):
        raise NotAllowedError("This account may not undo imports.")
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state != State.APPLIED or batch.revision is None:
            raise ImportImpossibleError("Only an import that changed something can be reverted.")
        with open_revision(user, reason, batch.origin, allows=lambda act: True) as opened:
            restore_records(batch, opened)
        batch.state = State.REVERTED
        batch.reverted_in = opened.revision
        batch.save()
    return batch


def restore_records(batch: Batch, opened: OpenRevision) -> None:
    """Bring the records of an import back to where they were."""
    # What follows from the imported records in other types follows them back, too.
    made = Version.objects.filter(revision=batch.revision, type=batch.type)
    model, versions = batch.model, dict(made.values_list("slug", "pk"))
    lock_slugs(model, versions)
    if changed := list(slugs_changed_since(model, versions)):
        raise RecordsChangedError("Changed since the import", changed)
    created = set(made.filter(operation=Operation.CREATED).values_list("slug", flat=True))
    # Published records are still published, and drafts that were edited are drafts again.
    write_documents(
        documents_before_import(batch, set(versions) - created), opened, publishes=False
    )
    for chunk in split_for_queries(created):
        for record in model.objects.filter(slug__in=chunk).order_by("pk"):
            record.publication = Record.Publication.RETRACTED
            record.save(update_fields=["publication"])
            opened.touch(record)


def slugs_changed_since(model: type[Record], versions: dict[str, int]) -> Iterator[str]:
    """Slugs of records that say something else now than in their versions, given by id."""
    newest = newest_version_ids(model, versions)
    for slug, then in sorted(versions.items()):
        if (now := newest.get(slug)) != then:
            texts = dict(Version.objects.filter(pk__in=[then, now]).values_list("pk", "document"))
            if now is None or not say_the_same(texts[then], texts[now]):
                yield slug


def documents_before_import(batch: Batch, slugs: set[str]) -> list[IncomingDocument]:
    """The documents that records had before an import."""
    documents = []
    for chunk in split_for_queries(slugs):
        before = Version.objects.filter(
            type=batch.type, slug__in=chunk, revision__lt=batch.revision_id
        )
        newest: dict[str, int] = {}
        for pk, slug in before.order_by("pk").values_list("pk", "slug"):
            newest[slug] = pk
        for document in Version.objects.filter(pk__in=newest.values()).values_list(
            "document", flat=True
        ):
            documents.append(IncomingDocument(batch.model, orjson.loads(document or "{}")))
    return documents

"""An act and its outcome: the one place that catches what a revision can end in.

Work is a function of an open revision. Who wants errors runs it inside `with revision(...)`;
who wants to tell people what became of it calls `perform_act`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core.permissions import Account
from apps.documents.faults import Fault, HeldForReviewError, NotAllowedError, RefusedError
from apps.documents.revisions import OpenRevision, open_revision
from apps.ledger.models import Proposal

REFUSING_ERRORS = (
    RefusedError,
    HeldForReviewError,
    NotAllowedError,
)  # in what a revision ends that is not made


@dataclass(frozen=True)
class Outcome:
    """What became of an act: a revision, proposals that wait for review, or faults. Exactly one."""

    revision: OpenRevision | None = None  # closed; without a number if readers see no change
    proposals: tuple[Proposal, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_forbidden: bool = False  # the only fault is that the account may not do this

    @property
    def number(self) -> int | None:
        """The number of the revision, if readers see what it changed."""
        return self.revision.number if self.revision else None

    def __post_init__(self) -> None:
        ends = [self.revision is not None, bool(self.proposals), bool(self.faults)]
        if ends.count(True) != 1:
            raise ValueError("An act ends in a revision, in proposals or in faults.")


def perform_act(
    work: Callable[[OpenRevision], object],
    *,
    user: Account | None = None,
    reason: str,
    origin: str,
    at: datetime | None = None,
    allows: Callable[[str], bool] | None = None,
    rehearse: bool = False,
) -> Outcome:
    """Do some work as one revision, or not at all.

    Args:
        work: writes records, and tells the revision which.
        user, reason, origin, at, allows: as for `open_revision`.
        rehearse: undo it at the end; the outcome is what it would have been, its proposals are not
            handed in.

    Raises:
        Whatever `work` raises that is no refusal; nothing was written then.
    """
    try:
        with (
            rehearsal() if rehearse else nullcontext(),
            open_revision(user, reason, origin, at, allows) as opened,
        ):
            work(opened)
    except REFUSING_ERRORS as error:
        outcome = outcome_of_error(error)
        for proposal in () if rehearse else outcome.proposals:
            Proposal.objects.submit(proposal)
        return outcome
    return Outcome(revision=opened)


def outcome_of_error(error: RefusedError | HeldForReviewError | NotAllowedError) -> Outcome:
    """What became of an act that ended in an error; its proposals are not handed in yet."""
    if isinstance(error, HeldForReviewError):
        return Outcome(proposals=tuple(error.proposals))
    if isinstance(error, NotAllowedError):
        return Outcome(faults=(Fault("", "", "", str(error)),), is_forbidden=True)
    return Outcome(faults=tuple(error.faults))


@contextmanager
def rehearsal() -> Iterator[None]:
    """A transaction that is undone at its end, to see what would be."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

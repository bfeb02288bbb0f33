"""Why an act was not done: its faults, and the three errors that a revision can end in."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError

from apps.ledger.models import Proposal


@dataclass(frozen=True)
class Fault:
    """One reason why a document was not taken, or a record not published."""

    where: str  # for the reader: the file, the row, the position
    slug: str
    path: str  # such as parties[2].actor
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.slug, self.path, self.reason) if part)


class RefusedError(ValidationError):
    """What was asked for cannot be done as it is; nothing was written. Holds every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__([str(fault) for fault in faults])

    def __str__(self) -> str:
        return "\n".join(self.messages)


class NotAllowedError(PermissionDenied):
    """The account may not do this, not even propose it; the transaction is undone."""


class HeldForReviewError(Exception):
    """What was done waits for review: the transaction is undone, and these can be handed in."""

    def __init__(self, proposals: list[Proposal]) -> None:
        self.proposals = proposals
        super().__init__(", ".join(map(str, proposals)))

    def submit(self) -> list[Proposal]:
        """Hand in the proposals."""
        return [Proposal.objects.submit(proposal) for proposal in self.proposals]

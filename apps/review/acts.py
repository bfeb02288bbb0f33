"""What a reviewer, or the author, does with a proposal."""

from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core.catalogue import record_models
from apps.core.documents import DocumentsRefusedError, Fault, Incoming, take
from apps.core.gate import REFUSALS, GateClosedError, NotAllowedError
from apps.core.overlay import TAKEN, divergences_of, document_of, is_taken, standing
from apps.core.permissions import Act
from apps.core.revisions import revision
from apps.ledger.models import Proposal, Remark, Revision

State = Proposal.State
REVIEWERS = REFUSALS[Act.REVIEW]


class MovedOnError(ValidationError):
    """The record changed since the proposal was made, or since it was looked at."""


def approve(proposals: list[Proposal], user: Any, text: str = "") -> int | None:
    """Publish what was proposed, all of it as one revision or none; its number.

    Args:
        text: said beside the reasons of the authors.

    Raises:
        NotAllowedError: a reviewer is not the author.
        MovedOnError: a record changed meanwhile: the proposal has to be brought up to date.
        DocumentsRefusedError, GateClosedError: it is not fit to be published.
    """
    proposals = locked(proposals)
    for proposal in proposals:
        check(proposal, user)
        if standing(proposal) != proposal.base:
            raise MovedOnError(f"{proposal} changed since this was proposed: compare first.")
    reasons = dict.fromkeys(p.reason for p in proposals if p.reason)
    reason = "; ".join([*reasons, *filter(None, [text])])[:500] or "Approved"
    with revision(user, reason, Revision.Origin.PROPOSAL) as opened:
        take(
            [
                Incoming(record_models()[p.type], orjson.loads(p.document), str(p))
                for p in proposals
            ],
            opened.touch,
        )
    made = Revision.objects.filter(number=opened.number).first() if opened.number else None
    for proposal in proposals:
        decide(proposal, user, State.APPROVED, text, made)
    return opened.number


def send_back(proposal: Proposal, user: Any, text: str) -> None:
    """Ask the author for something else."""
    (proposal,) = locked([proposal])
    check(proposal, user)
    if not text:
        raise ValidationError("Say what is to be done.")
    decide(proposal, user, State.SENT_BACK, text)


def refuse(proposal: Proposal, user: Any, text: str) -> None:
    """Decide that it will not be published."""
    (proposal,) = locked([proposal])
    check(proposal, user)
    if not text:
        raise ValidationError("Say why.")
    decide(proposal, user, State.REFUSED, text)


def withdraw(proposal: Proposal, user: Any, text: str = "") -> None:
    """Take one's own proposal back."""
    (proposal,) = locked([proposal])
    if proposal.author != user or proposal.state not in Proposal.OPEN:
        raise NotAllowedError("Only the author of an open proposal withdraws it.")
    decide(proposal, user, State.WITHDRAWN, text)


def bring_up_to_date(proposal: Proposal, user: Any, seen: int, chosen: dict[str, str]) -> None:
    """Put a proposal on top of what the record says now.

    Args:
        seen: the version of the record that was compared with.
        chosen: for each field that both sides changed, `theirs` or `ours`.

    Raises:
        MovedOnError: the record changed again, or a choice is missing.
    """
    (proposal,) = locked([proposal])
    if proposal.state not in Proposal.OPEN:
        raise ValidationError(f"{proposal} no longer waits: {proposal.get_state_display()}.")
    if proposal.author != user and not user.has_perm(Act.REVIEW):
        raise NotAllowedError(REVIEWERS)
    now = standing(proposal, user)
    if now is None or now.pk != seen:
        raise MovedOnError("The record changed once more: compare again.")
    document = document_of(proposal, user)
    for one in divergences_of(proposal, user):
        if one.is_conflict:
            if chosen.get(one.field) not in ("theirs", "ours"):
                raise MovedOnError(f"Choose a side for {one.field}.")
            document[one.field] = getattr(one, chosen[one.field])
    proposal.base, proposal.document = now, orjson.dumps(document).decode()
    proposal.save(update_fields=["base", "document", "changed_at"])
    sides = ", ".join(f"{field}: {side}" for field, side in sorted(chosen.items()))
    proposal.remark(user, Remark.Act.REVISED, f"Brought up to date. {sides}".strip()[:1000])


def unfit(proposal: Proposal, user: Any) -> list[str]:
    """Why a proposal could not be published as it stands, as far as `user` sees; or nothing."""
    if is_taken(proposal, user):
        return [str(Fault("", proposal.slug, "slug", TAKEN))]
    model, document = record_models()[proposal.type], document_of(proposal, user)
    try:
        with transaction.atomic():
            with revision(None, "Tried", Revision.Origin.PROPOSAL) as opened:
                take([Incoming(model, document)], opened.touch)
            transaction.set_rollback(True)
    except (GateClosedError, DocumentsRefusedError) as error:
        return [str(fault) for fault in error.faults]
    return []


def locked(proposals: list[Proposal]) -> list[Proposal]:
    """The proposals as they stand, nobody else's until the transaction ends."""
    wanted = [proposal.pk for proposal in proposals]
    return list(Proposal.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


def check(proposal: Proposal, user: Any) -> None:
    """Whether `user` may decide on a proposal.

    Raises:
        NotAllowedError: it is their own, or not theirs to review.
        ValidationError: it no longer waits.
    """
    if not user.has_perm(Act.REVIEW):
        raise NotAllowedError(REVIEWERS)
    if proposal.author == user:
        raise NotAllowedError("Nobody reviews a proposal of their own.")
    if proposal.state != State.WAITING:
        raise ValidationError(f"{proposal} no longer waits: {proposal.get_state_display()}.")


def decide(
    proposal: Proposal, user: Any, state: str, text: str, made: Revision | None = None
) -> None:
    """Note a decision; the caller has looked at whether it may be made."""
    proposal.state, proposal.revision = state, made
    proposal.save(update_fields=["state", "revision", "changed_at"])
    proposal.remark(user, Remark.Act(state), text)

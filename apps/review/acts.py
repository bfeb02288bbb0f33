"""What a reviewer, or the author, does with a proposal."""

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Q

from apps.core.models import record_models
from apps.core.permissions import Account, Act
from apps.documents.acts import perform_act
from apps.documents.faults import Fault, NotAllowedError
from apps.documents.incoming import IncomingDocument
from apps.documents.proposals import (
    SLUG_TAKEN,
    is_slug_taken,
    newest_visible_version,
    proposal_divergences,
    proposal_document,
)
from apps.documents.publishing import PERMISSION_REFUSALS
from apps.documents.references import referenced_slugs
from apps.documents.revisions import open_revision
from apps.documents.serializers import document_reader
from apps.documents.writing import write_documents
from apps.ledger.models import Proposal, Remark, Revision

State = Proposal.State
ONLY_REVIEWERS = PERMISSION_REFUSALS[Act.REVIEW]
MAX_REASON_LENGTH = 500  # of a revision's reason
MAX_REMARK_LENGTH = 200  # letters of it that are the reviewer's; the remark has all of them


class MovedOnError(ValidationError):
    """The record changed since the proposal was made, or since it was looked at."""


def approve(proposals: list[Proposal], user: Account, text: str = "") -> int | None:
    """Publish what was proposed, all of it as one revision or none; its number.

    Args:
        text: said after the reasons and names of the authors.

    Raises:
        NotAllowedError: a reviewer is not the author.
        MovedOnError: a record changed meanwhile: the proposal has to be brought up to date.
        RefusedError: it is not fit to be published.
    """
    proposals = lock_proposals(proposals)
    for proposal in proposals:
        check_may_decide(proposal, user)
        if newest_visible_version(proposal) != proposal.base:
            raise MovedOnError(f"{proposal} changed since this was proposed: compare first.")
    with open_revision(user, revision_reason(proposals, text), Revision.Origin.PROPOSAL) as opened:
        write_documents(
            [
                IncomingDocument(record_models()[p.type], orjson.loads(p.document), str(p))
                for p in proposals
            ],
            opened,
        )
    made = Revision.objects.filter(number=opened.number).first() if opened.number else None
    for proposal in proposals:
        note_decision(proposal, user, State.APPROVED, text, made)
    return opened.number


def send_back(proposal: Proposal, user: Account, text: str) -> None:
    """Ask the author for something else."""
    (proposal,) = lock_proposals([proposal])
    check_may_decide(proposal, user)
    if not text:
        raise ValidationError("Say what is to be done.")
    note_decision(proposal, user, State.SENT_BACK, text)


def refuse(proposal: Proposal, user: Account, text: str) -> None:
    """Decide that it will not be published."""
    (proposal,) = lock_proposals([proposal])
    check_may_decide(proposal, user)
    if not text:
        raise ValidationError("Say why.")
    note_decision(proposal, user, State.REFUSED, text)


def withdraw(proposal: Proposal, user: Account, text: str = "") -> None:
    """Take one's own proposal back."""
    (proposal,) = lock_proposals([proposal])
    if proposal.author != user or proposal.state not in Proposal.OPEN:
        raise NotAllowedError("Only the author of an open proposal withdraws it.")
    note_decision(proposal, user, State.WITHDRAWN, text)


def bring_up_to_date(proposal: Proposal, user: Account, seen: int, chosen: dict[str, str]) -> None:
    """Put a proposal on top of what the record says now.

    Args:
        seen: the version of the record that was compared with.
        chosen: for each field that both sides changed, `theirs` or `ours`.

    Raises:
        MovedOnError: the record changed again, or a choice is missing.
    """
    (proposal,) = lock_proposals([proposal])
    if proposal.state not in Proposal.OPEN:
        raise ValidationError(f"{proposal} no longer waits: {proposal.get_state_display()}.")
    if proposal.author != user and not user.has_perm(Act.REVIEW):
        raise NotAllowedError(ONLY_REVIEWERS)
    now = newest_visible_version(proposal, user)
    if now is None or now.pk != seen:
        raise MovedOnError("The record changed once more: compare again.")
    document = proposal_document(proposal, user)
    conflicts = [
        divergence for divergence in proposal_divergences(proposal, user) if divergence.is_conflict
    ]
    for conflict in conflicts:
        if chosen.get(conflict.field) not in ("theirs", "ours"):
            raise MovedOnError(f"Choose a side for {conflict.field}.")
        document[conflict.field] = getattr(conflict, chosen[conflict.field])
    proposal.base, proposal.document = now, orjson.dumps(document).decode()
    proposal.save(update_fields=["base", "document", "changed_at"])
    sides = ", ".join(
        sorted(f"{conflict.field}: {chosen[conflict.field]}" for conflict in conflicts)
    )
    proposal.add_remark(user, Remark.Act.REVISED, f"Brought up to date. {sides}".strip()[:1000])


def faults_if_approved(proposal: Proposal, user: Account) -> list[str]:
    """Why a proposal could not be published as it stands, as far as `user` sees; or nothing."""
    if is_slug_taken(proposal, user):
        return [str(Fault("", proposal.slug, "slug", SLUG_TAKEN))]
    incoming = IncomingDocument(record_models()[proposal.type], proposal_document(proposal, user))
    outcome = perform_act(
        lambda opened: write_documents([incoming], opened),
        reason="Tried",
        origin=Revision.Origin.PROPOSAL,
        rehearse=True,
    )
    return [str(fault) for fault in outcome.faults]


def proposals_named_by(proposal: Proposal, user: Account) -> list[Proposal]:
    """Waiting proposals of what a proposal names and is not published, as far as `user` sees."""
    reader = document_reader(record_models()[proposal.type])
    wanted = Q()
    empty = dict.fromkeys(reader.fields) | {name: [] for name in reader.list_names()}
    # What is empty on all sides is left out of a merged document.
    for _, kind, slug in referenced_slugs(reader, empty | proposal_document(proposal, user)):
        if not kind._default_manager.published().filter(slug=slug).exists():
            wanted |= Q(type=kind.endpoint(), slug=slug)
    seen = Q() if user.has_perm(Act.REVIEW) else Q(author=user)
    proposals = Proposal.objects.waiting().filter(wanted, seen).exclude(pk=proposal.pk)
    return list(proposals.order_by("pk")) if wanted else []


def revision_reason(proposals: list[Proposal], text: str) -> str:
    """The reason of a revision: the authors' reasons, who they are, and the reviewer's words."""
    whose: dict[str, dict[str, None]] = {}
    for proposal in proposals:
        reasons = whose.setdefault(proposal.author.get_username(), {})
        reasons |= {proposal.reason: None} if proposal.reason else {}
    words = shorten(text or "Approved.", MAX_REMARK_LENGTH)
    taken = len(words) + sum(len(f" (proposed by {name}); ") for name in whose)
    room = max(0, MAX_REASON_LENGTH - taken) // len(whose)  # each author's reasons have the same
    said = [
        f"{shorten('; '.join(reasons), room)} (proposed by {name})"
        if reasons
        else f"Proposed by {name}"
        for name, reasons in whose.items()
    ]
    return f"{shorten('; '.join(said), MAX_REASON_LENGTH - len(words) - 2)}. {words}"


def shorten(text: str, length: int) -> str:
    """A text, cut to at most `length` characters."""
    return text if len(text) <= length else f"{text[: max(0, length - 1)]}…"


def lock_proposals(proposals: list[Proposal]) -> list[Proposal]:
    """The proposals as they stand, nobody else's until the transaction ends."""
    wanted = [proposal.pk for proposal in proposals]
    return list(Proposal.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


def check_may_decide(proposal: Proposal, user: Account) -> None:
    """Whether `user` may decide on a proposal.

    Raises:
        NotAllowedError: it is their own, or not theirs to review.
        ValidationError: it no longer waits.
    """
    if not user.has_perm(Act.REVIEW):
        raise NotAllowedError(ONLY_REVIEWERS)
    if proposal.author == user:
        raise NotAllowedError("Nobody reviews a proposal of their own.")
    if proposal.state != State.WAITING:
        raise ValidationError(f"{proposal} no longer waits: {proposal.get_state_display()}.")


def note_decision(
    proposal: Proposal, user: Account, state: str, text: str, made: Revision | None = None
) -> None:
    """Note a decision; the caller has looked at whether it may be made."""
    proposal.state, proposal.revision = state, made
    proposal.save(update_fields=["state", "revision", "changed_at"])
    proposal.add_remark(user, Remark.Act(state), text)

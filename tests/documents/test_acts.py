"""An act ends in a revision, in proposals or in faults, and whoever asked for it is told which."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from apps.actors.models import Actor
from apps.documents.acts import Outcome, perform_act
from apps.documents.faults import Fault
from apps.documents.incoming import IncomingDocument
from apps.documents.publishing import PERMISSION_REFUSALS, REASON_MISSING
from apps.documents.revisions import OpenRevision
from apps.documents.writing import write_documents
from apps.ledger.models import Proposal
from tests.accounts.factories import UserFactory
from tests.support.desk import curation_state, database_state
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
Work = Callable[[OpenRevision], None]


@pytest.fixture
def actor() -> Actor:
    """A published record."""
    made: Actor = ActorFactory(slug="norland", summary="At first.")
    return made


@pytest.fixture
def contributor() -> User:
    """Who may only propose."""
    made: User = UserFactory(role="contributor")
    return made


def summarise(actor: Actor, text: str = "Later.") -> Work:
    """Work that gives a record another summary."""

    def work(opened: OpenRevision) -> None:
        actor.summary = text
        actor.save()
        opened.touch(actor)

    return work


def told(outcome: Outcome) -> Any:
    """What an outcome says of what is written."""
    number = outcome.revision.number if outcome.revision else None
    return number, [proposal.document for proposal in outcome.proposals], outcome.faults


def try_act(work: Work, **options: Any) -> Outcome:
    """An act on the desk, for a reason."""
    return perform_act(work, **{"reason": "Corrected", "origin": "admin", **options})


def test_what_is_done_is_a_revision(actor):
    outcome = try_act(summarise(actor))
    actor.refresh_from_db()
    assert outcome == Outcome(revision=outcome.revision)
    assert (actor.summary, actor.revision) == ("Later.", outcome.revision.number)


def test_what_waits_for_review_is_handed_in_and_nothing_else_is_written(actor, contributor):
    before = actor.document
    outcome = try_act(summarise(actor), user=contributor)
    actor.refresh_from_db()
    proposal = Proposal.objects.get()
    assert outcome == Outcome(proposals=(proposal,))
    assert (proposal.state, proposal.author) == ("waiting", contributor)
    assert (actor.summary, actor.document) == ("At first.", before)


def test_what_an_account_may_not_even_propose_is_its_only_fault(actor):
    reader, before = UserFactory(), database_state()
    outcome = try_act(summarise(actor), user=reader)
    assert outcome == Outcome(
        faults=(Fault("", "", "", PERMISSION_REFUSALS["ledger.publish"]),), is_forbidden=True
    )
    assert database_state() == before


def test_a_token_that_allows_less_than_its_account_is_heard(actor):
    outcome = try_act(
        summarise(actor),
        user=User.objects.create_superuser("administrator"),
        allows=lambda act: False,
    )
    assert outcome.is_forbidden


def test_what_is_refused_while_it_is_done_and_what_is_refused_at_the_end_are_told_alike(actor):
    """By the serializer, and by the gate: with every fault, and nothing written."""
    before = database_state()
    unread = {"slug": "norland", "name": "", "kind": "realm"}
    while_done = try_act(
        lambda opened: write_documents([IncomingDocument(Actor, unread, "row 2")], opened)
    )
    at_the_end = try_act(summarise(actor), user=User.objects.create_superuser("curator"), reason="")
    assert [(fault.where, fault.path) for fault in while_done.faults][:2] == [
        ("row 2", "name"),
        ("row 2", "kind"),
    ]
    assert at_the_end == Outcome(faults=(Fault("", "norland", "reason", REASON_MISSING),))
    assert database_state() == before


@pytest.mark.parametrize("role", ["publisher", "contributor"])
def test_a_rehearsal_foresees_what_an_act_would_do_and_leaves_no_trace(role, actor):
    user, before = UserFactory(role=role), (database_state(), curation_state())
    foreseen = try_act(summarise(actor), user=user, rehearse=True)
    assert (database_state(), curation_state()) == before
    done = try_act(summarise(actor), user=user)
    assert (database_state(), curation_state()) != before
    assert told(foreseen) == told(done)


@pytest.mark.parametrize("rehearse", [False, True])
def test_what_is_no_refusal_is_raised_and_undone(rehearse, actor):
    before = database_state()

    def fail(opened: OpenRevision) -> None:
        summarise(actor)(opened)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        try_act(fail, rehearse=rehearse)
    assert database_state() == before


def test_what_was_done_before_a_refused_act_in_the_same_transaction_stays(actor):
    with transaction.atomic():
        other = ActorFactory(slug="sorland")
        refused = try_act(summarise(actor), user=UserFactory())
        rehearsed = try_act(summarise(other, "Rehearsed."), rehearse=True)
    other.refresh_from_db()
    assert refused.is_forbidden
    assert rehearsed.revision is not None
    assert other.summary != "Rehearsed."


@pytest.mark.parametrize(
    "ends", [{}, {"proposals": (Proposal(),), "faults": (Fault("", "", "", "No."),)}]
)
def test_an_act_ends_in_exactly_one_way(ends):
    with pytest.raises(ValueError, match="ends in a revision, in proposals or in faults"):
        Outcome(**ends)

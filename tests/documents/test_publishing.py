"""The gate before the ledger: who may do what, what waits, and what is fit to be published."""

from types import SimpleNamespace

import pytest

from apps.actors.models import Actor, Membership
from apps.core.permissions import Act
from apps.documents import publishing
from apps.documents.faults import Fault, HeldForReviewError, NotAllowedError, RefusedError
from apps.documents.publishing import RecordChange
from apps.documents.writing import render_documents
from apps.ledger.models import Proposal
from tests.accounts.factories import UserFactory
from tests.documents.acts import merge_records, retract_record
from tests.documents.ledger_factories import RevisionFactory, VersionFactory
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db

NOT_OWN = "You may change only the drafts that you began yourself."
NO_PUBLISHER = "This account may not publish, retract or merge records."
NO_REVIEWER = "This account may not review proposals."
DONE, WAITS = "is done", "waits"
DRAFTS, CHANGES = ("drafted", "discarded"), ("created", "updated")
WITHDRAWALS = ("retracted", "merged")


def change(operation: str, slug: str = "a", body: str | None = None) -> RecordChange:
    """What is done to a record of which nothing is stored, so that a draft of it is one's own."""
    return RecordChange(Actor(slug=slug), operation, body)


def outcome(changes: list[RecordChange], acts: set[Act], origin: str = "admin") -> str:
    """What becomes of changes of an account that may do `acts`."""
    try:
        waiting = publishing.changes_for_review(changes, UserFactory(), origin, acts.__contains__)
    except NotAllowedError as refused:
        return str(refused)
    assert waiting in ([], changes)
    return WAITS if waiting else DONE


@pytest.mark.parametrize(
    ("acts", "operations", "expected"),
    [
        ({Act.PUBLISH}, CHANGES + WITHDRAWALS, DONE),
        ({Act.PUBLISH}, DRAFTS, NOT_OWN),
        ({Act.PUBLISH, Act.PROPOSE}, CHANGES + WITHDRAWALS + DRAFTS, DONE),
        ({Act.DRAFT}, DRAFTS, DONE),
        ({Act.DRAFT}, CHANGES + WITHDRAWALS, NO_PUBLISHER),
        ({Act.PROPOSE}, CHANGES, WAITS),
        ({Act.PROPOSE}, WITHDRAWALS, NO_PUBLISHER),
        ({Act.PROPOSE}, DRAFTS, DONE),
        ({Act.REVIEW}, CHANGES + WITHDRAWALS, NO_PUBLISHER),
        (set(), DRAFTS, NOT_OWN),
        (set(), CHANGES + WITHDRAWALS, NO_PUBLISHER),
    ],
)
def test_what_becomes_of_what_an_account_does(acts, operations, expected):
    assert {word: outcome([change(word)], acts) for word in operations} == dict.fromkeys(
        operations, expected
    )


@pytest.mark.parametrize(
    ("acts", "operations", "expected"),
    [
        ({Act.REVIEW}, CHANGES, DONE),
        ({Act.PUBLISH}, CHANGES, NO_REVIEWER),
        ({Act.PROPOSE}, CHANGES, NO_REVIEWER),
        ({Act.PUBLISH}, WITHDRAWALS, DONE),
        ({Act.REVIEW}, WITHDRAWALS, NO_PUBLISHER),
        ({Act.DRAFT}, DRAFTS, DONE),
    ],
)
def test_what_was_proposed_is_done_by_who_reviews(acts, operations, expected):
    assert {word: outcome([change(word)], acts, "proposal") for word in operations} == (
        dict.fromkeys(operations, expected)
    )


def test_the_draft_of_somebody_else_is_not_changed_by_who_only_proposes():
    VersionFactory(slug="a", operation="drafted", revision__user=UserFactory())
    assert outcome([change("drafted")], {Act.PROPOSE}) == NOT_OWN
    assert outcome([change("drafted")], {Act.PROPOSE, Act.DRAFT}) == DONE


def test_several_changes_wait_together_or_not_at_all():
    both = [change("created", "a"), change("updated", "b")]
    assert outcome(both, {Act.PROPOSE}) == WAITS
    assert outcome([], {Act.PROPOSE}) == DONE
    mixed = [change("created", "a"), change("drafted", "b")]
    alone = "Propose what is to be published by itself, without drafts beside."
    assert outcome(mixed, {Act.PROPOSE}) == outcome(mixed[::-1], {Act.PROPOSE}) == alone
    assert outcome(mixed, {Act.PROPOSE, Act.PUBLISH}) == DONE


@pytest.mark.parametrize(
    ("history", "is_own"),
    [
        ([], True),
        (["me drafted"], True),
        (["they drafted"], False),
        (["me drafted", "they drafted"], True),
        (["they drafted", "me drafted"], False),
        (["they drafted", "they discarded"], True),
        (["they drafted", "they discarded", "me drafted"], True),
        (["me drafted", "me discarded", "they drafted"], False),
        (["me drafted", "me discarded", "they drafted", "they discarded", "me drafted"], True),
        (["they drafted", "me discarded", "me drafted", "me discarded", "they drafted"], False),
    ],
)
def test_a_draft_is_the_own_of_who_began_it(history, is_own):
    users = {"me": UserFactory(), "they": UserFactory()}
    for entry in history:
        who, operation = entry.split()
        VersionFactory(slug="a", operation=operation, revision__user=users[who])
    VersionFactory(slug="b", operation="drafted", revision__user=users["they"])
    VersionFactory(type="places", slug="a", operation="drafted", revision__user=users["they"])
    assert publishing.is_own_draft(Actor(slug="a"), users["me"]) is is_own


def test_what_was_public_is_nobodys_own():
    user = UserFactory()
    VersionFactory(slug="a", operation="drafted", revision__user=user)
    assert not publishing.is_own_draft(Actor(slug="a", revision=1), user)


@pytest.mark.parametrize("operation", DRAFTS)
def test_who_may_only_propose_changes_the_own_drafts_and_no_others(operation):
    me, they = UserFactory(), UserFactory()
    VersionFactory(slug="a", operation="drafted", revision__user=me)
    drafts, proposes = [change(operation)], {Act.PROPOSE}.__contains__
    assert publishing.changes_for_review(drafts, me, "admin", proposes) == []
    with pytest.raises(NotAllowedError, match=NOT_OWN):
        publishing.changes_for_review(drafts, they, "admin", proposes)


def test_who_began_it_goes_by_the_order_of_revisions():
    """Not by the order in which their versions were stored."""
    me, they = UserFactory(), UserFactory()
    first, second = RevisionFactory(user=me), RevisionFactory(user=they)
    for made in (second, first):
        VersionFactory(slug="a", operation="drafted", revision=made)
    assert publishing.is_own_draft(Actor(slug="a"), me)
    assert not publishing.is_own_draft(Actor(slug="a"), they)


def test_a_proposal_says_what_was_changed_of_what_by_whom_and_why():
    user, actor = UserFactory(), ActorFactory(slug="norland")
    newest = VersionFactory(slug="norland", operation="updated")
    VersionFactory(slug="sudland")
    made = publishing.build_proposal(RecordChange(actor, "updated", "{}"), user, "Because", "api")
    assert made.pk is None
    assert (made.type, made.slug, made.base, made.document) == ("actors", "norland", newest, "{}")
    assert (made.reason, made.author, made.origin) == ("Because", user, "api")


def test_a_proposal_of_something_new_has_no_base():
    made = publishing.build_proposal(change("created"), UserFactory(), "", "admin")
    assert (made.base, made.document) == (None, "")


def published_body(record) -> RecordChange:
    """An update of a record to the document that it has."""
    ((_, body),) = render_documents(type(record), [record.pk])
    return RecordChange(record, "updated", body)


def test_what_is_public_is_changed_with_a_reason():
    update = published_body(ActorFactory(slug="a"))
    why = Fault("", "a", "reason", "Say why: this changes what is published.")
    assert list(publishing.find_change_faults([update], is_held=False, is_reasoned=True)) == []
    assert list(publishing.find_change_faults([update], is_held=False, is_reasoned=False)) == [why]
    every = [change(operation) for operation in DRAFTS + CHANGES + WITHDRAWALS]
    assert list(publishing.missing_reason_faults(every)) == [why] * 3
    assert [c.operation for c in every if list(publishing.missing_reason_faults([c]))] == [
        *("updated", "retracted", "merged"),
    ]


def test_what_is_published_names_only_what_is_published_unless_it_waits():
    membership = MembershipFactory(slug="m")
    Actor.objects.filter(pk=membership.actor_id).update(slug="norland", publication="draft")
    membership = Membership.objects.get(slug="m")
    update = published_body(membership)
    unpublished = Fault("", "m", "actor", "The actor “norland” is not published.")
    assert list(publishing.find_change_faults([update], is_held=False, is_reasoned=True)) == [
        unpublished
    ]
    assert list(publishing.find_change_faults([update], is_held=True, is_reasoned=True)) == []
    draft = RecordChange(membership, "drafted", update.body)
    assert list(publishing.find_change_faults([draft], is_held=False, is_reasoned=True)) == []


def test_what_is_published_cites_a_source_and_meets_what_its_type_asks():
    record = SimpleNamespace(
        slug="a", publication_objections=lambda: [("name", "Too short."), ("", "Odd.")]
    )
    asked = [Fault("", "a", "name", "Too short."), Fault("", "a", "", "Odd.")]
    cites = Fault("", "a", "citations", "A published record cites a source.")
    assert list(publishing.publication_faults(record, {"citations": []})) == [cites, *asked]
    assert list(publishing.publication_faults(record, {"citations": [{}]})) == asked


def test_a_record_is_held_against_its_own_document():
    article = ArticleFactory(slug="cited")
    ActorFactory(slug="a", citations=[{"article": article, "section": "INTRO", "paragraph": 2}])
    article.sections.filter(name="INTRO").update(paragraphs=1)
    article = type(article).objects.get(slug="cited")
    reason = "actors/a cites INTRO ¶2, which the article would not have."
    faults = publishing.find_change_faults(
        [published_body(article)], is_held=False, is_reasoned=True
    )
    assert list(faults) == [Fault("", "cited", "sections", reason)]


def test_what_is_named_is_not_withdrawn_alone():
    membership = MembershipFactory(slug="m")
    gone = RecordChange(membership.actor, "retracted", None)
    named = Fault("", membership.actor.slug, "", "Still named by memberships/m.")
    assert list(publishing.remaining_references([membership.actor])) == [named]
    assert list(publishing.remaining_references([membership.actor, membership])) == []
    assert list(publishing.remaining_references([membership])) == []
    assert list(publishing.find_change_faults([gone], is_held=False, is_reasoned=True)) == [named]
    draft = RecordChange(membership.actor, "discarded", None)
    assert list(publishing.find_change_faults([draft], is_held=False, is_reasoned=True)) == []


def test_every_fault_is_told_at_once():
    membership = MembershipFactory(slug="m")
    body = published_body(ActorFactory(slug="a")).body.replace(
        '"citations":[{', '"citations":[],"x":[{'
    )
    changes = [
        RecordChange(membership.actor, "retracted", None),
        RecordChange(Actor.objects.get(slug="a"), "updated", body),
    ]
    faults = list(publishing.find_change_faults(changes, is_held=False, is_reasoned=False))
    assert [(fault.slug, fault.path) for fault in faults] == [
        (membership.actor.slug, "reason"),
        ("a", "reason"),
        ("a", "citations"),
        (membership.actor.slug, ""),
    ]


def test_readers_of_a_merged_record_are_led_to_the_other():
    absorbed, survivor = ActorFactory(slug="absorbed"), ActorFactory(slug="survivor")
    assert publishing.survivor_slug(absorbed) is None
    merge_records(absorbed, survivor)
    VersionFactory(slug="absorbed", operation="drafted", is_public=False)
    absorbed.refresh_from_db()
    assert publishing.survivor_slug(absorbed) == "survivor"
    retracted = ActorFactory(slug="retracted")
    retract_record(retracted)
    assert publishing.survivor_slug(retracted) is None
    assert publishing.survivor_slug(Actor(slug="new")) is None
    # The newest public version counts, and only where nothing is published in its place.
    absorbed.document = "{}"
    assert publishing.survivor_slug(absorbed) is None
    assert publishing.survivor_slug(Actor(slug="absorbed")) is None
    assert publishing.survivor_slug(Actor(slug="unknown", revision=1)) is None


def test_a_merged_record_comes_back_only_by_being_parted():
    absorbed, other = ActorFactory(slug="absorbed"), ActorFactory(slug="other")
    merge_records(absorbed, ActorFactory(slug="survivor"))
    absorbed.refresh_from_db()
    back = [RecordChange(absorbed, "created", "{}"), RecordChange(other, "created", "{}")]
    reason = "This record was merged into “survivor”: take the merge apart instead."
    fault = Fault("", "absorbed", "slug", reason)
    assert list(publishing.still_merged_faults(back, set())) == [fault]
    assert list(publishing.still_merged_faults(back, {other})) == [fault]
    assert list(publishing.still_merged_faults(back, {absorbed})) == []
    drafted = [RecordChange(absorbed, "drafted", "{}")]
    assert list(publishing.still_merged_faults(drafted, set())) == []


def test_an_error_holds_every_fault_and_says_each():
    faults = [Fault("", "a", "name", "Too short."), Fault("", "b", "", "Odd.")]
    error = RefusedError(faults)
    assert error.faults == faults
    assert error.messages == ["a: name: Too short.", "b: Odd."]
    assert str(error) == "a: name: Too short.\nb: Odd."


def test_a_fault_says_where_it_is_and_leaves_out_what_it_does_not_know():
    whole = Fault("row 3", "a", "parties[2].actor", "Not known.")
    assert str(whole) == "row 3: a: parties[2].actor: Not known."
    assert str(Fault("", "", "", "Not known.")) == "Not known."


def test_what_waits_is_handed_in_when_asked():
    user = UserFactory()
    proposals = [
        Proposal(type="actors", slug=slug, document="{}", author=user, origin="admin")
        for slug in ("a", "b")
    ]
    error = HeldForReviewError(proposals)
    assert (str(error), error.proposals) == ("actors/a, actors/b", proposals)
    assert not Proposal.objects.exists()
    assert error.submit() == proposals
    assert sorted(Proposal.objects.values_list("slug", flat=True)) == ["a", "b"]


def test_a_change_tells_the_search_index_what_it_takes_over():
    record = Actor(slug="a")
    taken_over = RecordChange(record, "updated", '{"name":"A"}').search_record()
    assert taken_over[:3] == ("actors", "a", {"name": "A"})
    assert RecordChange(record, "retracted", None).search_record()[:3] == ("actors", "a", None)


def test_drafts_are_not_public():
    public = [word for word in DRAFTS + CHANGES + WITHDRAWALS if change(word).is_public]
    assert public == [*CHANGES, *WITHDRAWALS]

"""A contributor proposes, a reviewer decides; until then nobody reads a byte of it."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.actors.models import Actor
from apps.core.models import Record
from apps.ledger.models import Dataset, Proposal, Revision, Version
from apps.review import acts
from tests.accounts.factories import UserFactory
from tests.support.desk import Desk, add_row, database_state
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
Publication = Record.Publication


def desk_of_new_account(role: str) -> Desk:
    """A newly logged-in account with a role."""
    return Desk(Client(), UserFactory(role=role))


@pytest.fixture
def contributor() -> Desk:
    return desk_of_new_account("contributor")


@pytest.fixture
def editor() -> Desk:
    return desk_of_new_account("editor")


@pytest.fixture
def publisher() -> Desk:
    return desk_of_new_account("publisher")


def propose_change(desk: Desk, actor: Actor, **values: str) -> Proposal:
    """Change a published actor by its form, as somebody who may only propose."""
    assert desk.save(actor, desk.form(actor) | {"reason": "Read again"} | values) == {}
    return Proposal.objects.get(slug=actor.slug, author=desk.user)


def propose_new(desk: Desk, slug: str = "norland") -> Proposal:
    """Propose a new actor by the form."""
    article = ArticleFactory()
    new = {"name": "Norland", "slug": slug, "kind": "state", "certainty": "confirmed"}
    data = desk.form(Actor, "add") | new | {"publication": "published"}
    data |= {"reason": "From a map"}
    assert desk.save(Actor, add_row(data, "citations", article=article), "add") == {}
    return Proposal.objects.get(slug=slug)


def press_decision(
    desk: Desk, proposal: Proposal, act: str, text: str = "", **more: str
) -> list[str]:
    """Press a button on a proposal's page; the messages that it leaves."""
    address = f"/admin/ledger/proposal/{proposal.pk}/change/"
    data = {"act": act, "text": text, **more}
    desk.client.cookies.pop("messages", None)  # of what was done before
    response = desk.client.post(address, data, follow=True)
    proposal.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def test_a_change_waits_and_changes_no_public_byte(contributor, api):
    actor = ActorFactory(summary="Old.")
    public, number = api.get(f"/api/v1/actors/{actor.slug}/").content, Dataset.current_revision()
    before = database_state()
    proposal = propose_change(contributor, actor, summary="New.")
    assert database_state() == before
    assert api.get(f"/api/v1/actors/{actor.slug}/").content == public
    assert Dataset.current_revision() == number
    assert json.loads(proposal.document)["summary"] == "New."
    assert [remark.act for remark in proposal.remarks.all()] == ["proposed"]


def test_an_approved_change_is_public_with_the_reviewer_and_the_reason(contributor, editor, api):
    actor = ActorFactory(summary="Old.")
    proposal = propose_change(contributor, actor, summary="New.")
    assert press_decision(editor, proposal, "approve") == ["Approved: readers see it now."]
    assert api.get(f"/api/v1/actors/{actor.slug}/").json()["summary"] == "New."
    made = Revision.objects.get(number=Dataset.current_revision())
    reason = f"Read again (proposed by {contributor.user.username}). Approved."
    assert (made.user, made.reason, made.origin) == (editor.user, reason, "proposal")
    assert (proposal.state, proposal.revision) == ("approved", made)


def test_a_new_record_is_a_document_without_a_row_until_it_is_approved(contributor, editor, api):
    proposal = propose_new(contributor)
    assert not Actor.objects.filter(slug="norland").exists()
    assert api.get("/api/v1/actors/norland/").status_code == 404
    assert press_decision(editor, proposal, "approve") == ["Approved: readers see it now."]
    assert api.get("/api/v1/actors/norland/").json()["name"] == "Norland"


def test_the_page_shows_what_differs(contributor, editor):
    proposal = propose_change(contributor, ActorFactory(summary="Old."), summary="New.")
    page = editor.client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    assert [(row.field, row.theirs, row.ours) for row in page.context["rows"]] == [
        ("summary", "Old.", "New.")
    ]
    assert page.context["faults"] == []


def test_nobody_reviews_a_proposal_of_their_own(editor):
    proposal = propose_change(editor, ActorFactory(), summary="New.")
    assert press_decision(editor, proposal, "approve") == [
        "Nobody reviews a proposal of their own."
    ]
    assert proposal.state == "waiting"


def test_a_contributor_reviews_nothing_and_sees_only_their_own(contributor):
    other = propose_change(desk_of_new_account("contributor"), ActorFactory(), summary="New.")
    address = f"/admin/ledger/proposal/{other.pk}/change/"
    assert contributor.client.get(address).status_code == 404
    assert contributor.client.post(address, {"act": "approve"}).status_code == 404
    other.refresh_from_db()
    assert other.state == "waiting"


def test_what_is_sent_back_is_opened_revised_and_approved(contributor, editor, api):
    proposal = propose_new(contributor)
    assert press_decision(editor, proposal, "send_back") == ["Say what is to be done."]
    assert press_decision(editor, proposal, "send_back", "Which kind of state?") == [
        "Sent back to its author."
    ]
    page = contributor.client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    text = page.content.decode()
    assert 0 < text.index("Which kind of state?") < text.index('id="differences"')
    address = page.context["form_address"]
    shown = contributor.client.get(address)
    said = f"Sent back by {editor.user.username}: Which kind of state?"
    assert [str(message) for message in shown.context["messages"]] == [said]
    form = contributor.form_at(address)
    assert (form["name"], form["reason"]) == (["Norland"], ["From a map"])
    assert contributor.save_at(address, form | {"summary": "A state.", "reason": "Said"}) == {}
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert Proposal.objects.count() == 1
    assert press_decision(editor, proposal, "approve") == ["Approved: readers see it now."]
    assert api.get("/api/v1/actors/norland/").json()["summary"] == "A state."
    done = [remark.act for remark in proposal.remarks.all()]
    assert done == ["proposed", "sent_back", "revised", "approved"]


def test_a_record_that_moved_on_is_never_written_over_unseen(contributor, editor, publisher, api):
    actor = ActorFactory(summary="Old.", founded_on="1990")
    proposal = propose_change(contributor, actor, summary="Proposed.")
    form = publisher.form(actor) | {"summary": "Published.", "founded_on": "1991"}
    assert publisher.save(actor, form | {"reason": "Meanwhile"}) == {}
    (refused,) = press_decision(editor, proposal, "approve")
    assert "compare first" in refused
    page = editor.client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    sides = {row.field: (row.base, row.theirs, row.ours) for row in page.context["rows"]}
    assert sides["summary"] == ("Old.", "Published.", "Proposed.")
    assert page.context["moved_on"]
    seen = str(page.context["now"].pk)
    (refused,) = press_decision(editor, proposal, "bring_up_to_date", seen=seen)
    assert refused == "Choose a side for summary."
    chosen = {"seen": seen, "side-summary": "ours"}
    assert press_decision(editor, proposal, "bring_up_to_date", **chosen) == ["Brought up to date."]
    assert press_decision(editor, proposal, "approve") == ["Approved: readers see it now."]
    document = api.get(f"/api/v1/actors/{actor.slug}/").json()
    assert (document["summary"], document["founded_on"]) == ("Proposed.", "1991")


def test_what_was_typed_on_a_stale_form_is_kept_and_compared(publisher, api):
    actor = ActorFactory(summary="Old.", founded_on="1990")
    late = publisher.form(actor)
    early = publisher.form(actor) | {"founded_on": "1991", "reason": "First"}
    assert publisher.save(actor, early) == {}
    assert publisher.save(actor, late | {"summary": "Late.", "reason": "Second"}) == {}
    document = api.get(f"/api/v1/actors/{actor.slug}/").json()
    assert (document["summary"], document["founded_on"]) == ("Old.", "1991")
    kept = Proposal.objects.get()
    page = publisher.client.get(f"/admin/ledger/proposal/{kept.pk}/change/")
    sides = {row.field: (row.base, row.theirs, row.ours) for row in page.context["rows"]}
    assert sides == {"summary": ("Old.", "Old.", "Late."), "founded_on": ("1990", "1991", "1990")}
    address = page.context["form_address"]
    form = publisher.form_at(address)
    assert (form["summary"], form["founded_on"]) == (["Late."], ["1991"])
    assert publisher.save_at(address, form | {"reason": "Both"}) == {}
    document = api.get(f"/api/v1/actors/{actor.slug}/").json()
    assert (document["summary"], document["founded_on"]) == ("Late.", "1991")
    kept.refresh_from_db()
    assert kept.state == "withdrawn"


def test_proposals_that_need_each_other_are_approved_together(contributor, editor, api):
    first, second = propose_new(contributor), propose_new(contributor, "sudland")
    document = json.loads(second.document) | {"name": "Sudland", "parent": "norland"}
    Proposal.objects.filter(pk=second.pk).update(document=json.dumps(document))
    second.refresh_from_db()
    assert any("norland" in why for why in press_decision(editor, second, "approve"))
    for desk in (editor, contributor):
        page = desk.client.get(f"/admin/ledger/proposal/{second.pk}/change/")
        assert page.context["together"] == [first]
        assert f'/admin/ledger/proposal/{first.pk}/change/">actors/norland' in page.content.decode()
    assert api.get("/api/v1/actors/sudland/").status_code == 404
    data = {"action": "approve", "_selected_action": [first.pk, second.pk], "index": 0}
    page = editor.client.post("/admin/ledger/proposal/", data, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Approved."]
    assert api.get("/api/v1/actors/sudland/").json()["parent"] == "norland"


def test_what_is_not_fit_says_why_before_it_is_approved(contributor, editor):
    draft = ActorFactory(publication=Publication.DRAFT, slug="a-draft")
    proposal = propose_new(contributor)
    document = json.loads(proposal.document) | {"parent": draft.slug}
    Proposal.objects.filter(pk=proposal.pk).update(document=json.dumps(document))
    page = editor.client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    assert page.context["faults"] == ["norland: parent: The actor “a-draft” is not published."]
    assert page.context["together"] == []
    unsourced = json.loads(proposal.document) | {"citations": []}
    Proposal.objects.filter(pk=proposal.pk).update(document=json.dumps(unsourced))
    page = editor.client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    assert page.context["faults"] == ["norland: citations: A published record cites a source."]


def test_an_author_withdraws_and_a_reviewer_refuses(contributor, editor):
    first, second = propose_new(contributor), propose_new(contributor, "sudland")
    assert press_decision(contributor, first, "withdraw") == ["Withdrawn."]
    assert press_decision(editor, second, "refuse", "No source says so.") == ["Refused."]
    assert (first.state, second.state) == ("withdrawn", "refused")
    (told,) = press_decision(editor, first, "approve")
    assert "no longer waits" in told


def test_what_was_decided_is_not_brought_up_to_date(contributor, editor, publisher):
    actor = ActorFactory(summary="Old.")
    proposal = propose_change(contributor, actor, summary="Proposed.")
    press_decision(editor, proposal, "refuse", "No source says so.")
    assert publisher.save(actor, publisher.form(actor) | {"summary": "N.", "reason": "M"}) == {}
    before, newest = proposal.document, Version.objects.for_record(actor).first()
    (told,) = press_decision(contributor, proposal, "bring_up_to_date", seen=str(newest.pk))
    assert "no longer waits" in told
    assert proposal.document == before


def test_a_contributor_may_not_retract(contributor, api):
    actor = ActorFactory()
    contributor.run_list_action("retract", actor, reason="Wrong")
    assert api.get(f"/api/v1/actors/{actor.slug}/").status_code == 200
    errors = contributor.save_and_be_refused(
        actor, contributor.form(actor) | {"publication": "retracted", "reason": "Wrong"}
    )
    (why,) = errors["publication"]
    assert "retracted is not one of the available choices" in why


def test_who_may_only_propose_is_told_so_before(contributor, editor, publisher):
    actor = ActorFactory()
    proposes = "Published: proposed, and published once somebody approves it"
    for desk, words, action in (
        (contributor, ["draft", "published"], "Propose to publish"),
        (editor, ["draft", "published", "retracted"], "Propose to publish"),
        (publisher, ["draft", "published", "retracted"], "Publish"),
    ):
        page = desk.client.get(desk.address(actor))
        choices = dict(page.context["adminform"].form.fields["publication"].choices)
        assert list(choices) == words
        assert (choices["published"] == proposes) == (desk is not publisher)
        page = desk.client.get(desk.address(Actor))
        actions = dict(page.context["action_form"].fields["action"].choices)
        assert actions["publish"] == action


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        ([("tamar", "Topic added")], "", "Topic added (proposed by tamar). Approved."),
        ([("tamar", "")], "Seen.", "Proposed by tamar. Seen."),
        (
            [("tamar", "One"), ("rustam", "Two"), ("tamar", "Three"), ("tamar", "One")],
            "Fine",
            "One; Three (proposed by tamar); Two (proposed by rustam). Fine",
        ),
    ],
)
def test_the_history_names_who_proposed_why_and_what_the_reviewer_said(given, text, expected):
    proposals = [Proposal(author=User(username=name), reason=reason) for name, reason in given]
    assert acts.revision_reason(proposals, text) == expected


def test_the_longest_reasons_leave_room_for_all_the_names_and_the_words():
    names = ["tamar", "rustam", "aigerim"]
    proposals = [Proposal(author=User(username=name), reason="x" * 500) for name in names]
    reason = acts.revision_reason(proposals, "y" * 1000)
    assert len(reason) <= 500
    assert all(f"x… (proposed by {name})" in reason for name in names)
    assert reason.endswith("y…")
    crowd = [Proposal(author=User(username="z" * 140 + str(n)), reason="x") for n in range(9)]
    assert len(acts.revision_reason(crowd, "Read.")) <= 500
    assert acts.revision_reason(crowd, "Read.").endswith("Read.")


def test_a_contributor_works_on_drafts_of_their_own_only(contributor, editor):
    new = {"name": "Norland", "slug": "norland", "kind": "state", "certainty": "confirmed"}
    form = contributor.form(Actor, "add") | new | {"publication": "draft"}
    assert contributor.save(Actor, form, "add") == {}
    own = Actor.objects.get(slug="norland")
    assert contributor.save(own, contributor.form(own) | {"summary": "Mine."}) == {}
    other = {**new, "slug": "sudland", "name": "Sudland", "publication": "draft"}
    assert editor.save(Actor, editor.form(Actor, "add") | other, "add") == {}
    before = database_state()
    hidden = contributor.address(Actor.objects.get(slug="sudland"))
    assert contributor.client.get(hidden).status_code == 302  # as if there were none
    assert contributor.client.post(hidden, {"name": "Mine"}).status_code == 302
    assert "Sudland" not in contributor.client.get(contributor.address(Actor)).content.decode()
    assert database_state() == before

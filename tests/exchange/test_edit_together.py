"""Records ticked in a list are edited together: a form, the plan of an import, one revision."""

import json

import pytest

from apps.actors.models import Actor
from apps.core.models import record_models
from apps.documents.revisions import open_revision
from apps.exchange import edit_pages, editing
from apps.exchange.models import Batch
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record, retract_record
from tests.exchange.factories import plan_faults, plan_outcomes
from tests.support.desk import Desk, FormReader, database_state
from tests.support.registry import RECORD_FACTORIES
from tests.types.actors.factories import ActorFactory, MembershipFactory

pytestmark = pytest.mark.django_db
EDIT = "/admin/exchange/batch/edit/actors/"


def plan_page(batch):
    return f"/admin/exchange/batch/{batch.pk}/change/"


class Editor(Desk):
    """A curator who edits records together."""

    def tick(self, *records, **more):
        """The form that the action on ticked records shows."""
        ids = [record.pk for record in records]
        data = {"action": "edit_together", "_selected_action": ids, "index": 0, **more}
        page = self.client.post(self.address(type(records[0])), data)
        assert page.status_code == 200, page
        return FormReader(page.content.decode()).data

    def send(self, form, **typed):
        """Send the form: the batch, or the errors that are shown."""
        address = EDIT.replace("actors", typed.pop("endpoint", "actors"))
        answer = self.client.post(address, form | {k.replace("__", "-"): typed[k] for k in typed})
        if answer.status_code == 302:
            batch = Batch.objects.first()
            assert answer["Location"] == plan_page(batch)
            return batch
        assert answer.status_code == 200
        return dict(answer.context["form"].errors)

    def edit(self, *records, **typed):
        """Tick records and change them alike: the batch."""
        batch = self.send(self.tick(*records), **typed)
        assert isinstance(batch, Batch), batch
        return batch

    def press(self, batch, act="apply", reason="Seen in the yearbook"):
        """Press a button of the plan; what is told."""
        answer = self.client.post(plan_page(batch), {"act": act, "reason": reason}, follow=True)
        batch.refresh_from_db()
        batch.__dict__.pop("parsed_plan", None)
        return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def desk(client, publisher):
    return Editor(client, publisher)


def planned_changes(batch):
    """The differences of a plan, by record and field."""
    return {
        (entry["slug"], change["field"]): (change["before"], change["after"])
        for entry in batch.parsed_plan["entries"]
        for change in entry.get("differences", ())
    }


def make_own_draft(user, slug):
    """A draft that an account began."""
    with open_revision(user, "Begun", "admin") as opened:
        draft = Actor.objects.create(
            slug=slug, name=slug.title(), kind="state", certainty="reported"
        )
        opened.touch(draft)
    return draft


def test_what_is_chosen_becomes_a_plan_and_applied_one_revision(desk, publisher, api):
    norland = ActorFactory(slug="norland", founded_on="1990", region="europe", topics=["trade"])
    two = ActorFactory(slug="sorland", founded_on="1991", region="europe", topics=["energy"])
    other = ActorFactory(slug="westland", founded_on="1992", region="europe")
    before = database_state()
    form = desk.tick(norland, two, reason="From the yearbook")
    typed = {"set__founded_on": "1994-05", "empty__region": "on"}
    batch = desk.send(form, **typed, add__topics=["energy"], remove__topics=["trade"])
    assert database_state() == before
    assert (batch.name, batch.type, batch.origin) == (
        "Edit together: region, founded_on, topics", "actors", "admin",
    )  # fmt: skip
    assert planned_changes(batch) == {
        ("norland", "founded_on"): ("1990", "1994-05"),
        ("norland", "region"): ("europe", None),
        ("norland", "topics"): (["trade"], ["energy"]),
        ("sorland", "founded_on"): ("1991", "1994-05"),
        ("sorland", "region"): ("europe", None),
    }
    shown = Desk.form_at(desk, plan_page(batch))
    assert shown["reason"] == ["From the yearbook"]
    number = Dataset.current_revision()
    assert desk.press(batch) == ["Applied. 2 update."]
    made = Revision.objects.get(number=number + 1)
    assert (batch.revision, made.user, made.reason) == (made, publisher, "Seen in the yearbook")
    assert sorted(made.versions.values_list("slug", flat=True)) == ["norland", "sorland"]
    norland = api.get("/api/v1/actors/norland/").json()
    assert (norland["founded_on"], norland["region"], norland["topics"]) == (
        "1994-05", None, ["energy"],
    )  # fmt: skip
    other.refresh_from_db()
    assert (other.founded_on, other.region) == ("1992", "europe")


def test_a_word_is_added_and_removed_and_what_is_as_wanted_is_left_alone(desk):
    norland = ActorFactory(slug="norland", topics=["trade", "energy"])
    two = ActorFactory(slug="sorland", topics=["energy"])
    batch = desk.edit(norland, two, add__topics=["energy"], remove__topics=["trade"])
    assert plan_outcomes(batch) == [(1, "update"), (2, "unchanged")]
    assert planned_changes(batch) == {("norland", "topics"): (["energy", "trade"], ["energy"])}


def test_references_are_set_and_added(desk):
    heir, former, owner = (ActorFactory(slug=slug) for slug in ("heir", "former", "owner"))
    heir = ActorFactory(slug="next", successor_of=[heir])
    batch = desk.edit(heir, set__parent=owner.pk, add__successor_of=[former.pk])
    assert planned_changes(batch) == {
        ("next", "parent"): (None, "owner"),
        ("next", "successor_of"): (["heir"], ["former", "heir"]),
    }
    desk.press(batch)
    assert set(heir.successor_of.values_list("slug", flat=True)) == {"heir", "former"}


def test_what_others_added_since_is_kept_by_a_new_plan(desk):
    actor = ActorFactory(slug="norland", topics=["trade"])
    batch = desk.edit(actor, add__topics=["energy"])
    change_record(actor, topics=["trade", "transport"])
    before = database_state()
    assert desk.press(batch) == ["Changed since the plan was made: norland."]
    assert database_state() == before
    assert planned_changes(batch)["norland", "topics"] == (
        ["trade", "transport"],
        ["energy", "trade", "transport"],
    )
    assert desk.press(batch) == ["Applied. 1 update."]


def test_it_is_reverted_as_a_whole(desk, client, administrator):
    draft = ActorFactory(slug="draft", publication="draft", summary="Old.")
    actor = ActorFactory(slug="norland", summary="Older.")
    batch = desk.edit(actor, draft, set__summary="New.")
    desk.press(batch)
    assert set(Actor.objects.values_list("summary", flat=True)) == {"New."}
    told = Editor(client, administrator).press(batch, "revert", "Wrong")
    assert told == ["Reverted. 2 update."]
    actor.refresh_from_db()
    draft.refresh_from_db()
    assert (actor.summary, actor.publication) == ("Older.", "published")
    assert (draft.summary, draft.publication) == ("Old.", "draft")


def test_drafts_stay_drafts_unless_they_are_to_be_published(desk):
    actor = ActorFactory(slug="norland", certainty="confirmed")
    draft = ActorFactory(slug="draft", certainty="confirmed", publication="draft")
    batch = desk.edit(actor, draft, set__certainty="reported")
    assert batch.parsed_plan["entries"][0]["notes"] == ["This is a draft, and stays one."]
    desk.press(batch)
    draft.refresh_from_db()
    assert (draft.certainty, draft.publication, draft.document) == ("reported", "draft", None)
    batch = desk.edit(actor, draft, publishes="on")
    assert (batch.name, plan_outcomes(batch)) == (
        "Edit together: publication", [(1, "update"), (2, "unchanged")],
    )  # fmt: skip
    desk.press(batch)
    draft.refresh_from_db()
    assert draft.document


def test_only_drafts_leave_no_public_number_and_are_reverted_all_the_same(
    desk, client, administrator
):
    drafts = [ActorFactory(slug=slug, publication="draft") for slug in ("a", "b")]
    number = Dataset.current_revision()
    batch = desk.edit(*drafts, set__summary="New.")
    assert desk.press(batch) == ["Applied. 2 update."]
    assert (Dataset.current_revision(), batch.revision.number) == (number, None)
    assert batch.revision.versions.count() == 2
    assert Editor(client, administrator).press(batch, "revert", "Wrong") == ["Reverted. 2 update."]
    assert set(Actor.objects.values_list("summary", flat=True)) == {None}


def test_who_may_only_propose_hands_in_proposals_which_the_plan_then_names(client, contributor):
    actors = [ActorFactory(slug=slug) for slug in ("norland", "sorland")]
    desk = Editor(client, contributor)
    batch = desk.edit(*actors, set__certainty="reported")
    assert batch.parsed_plan["note"].startswith("This account may only propose")
    before = database_state()
    assert desk.press(batch) == ["Handed in as proposals. 2 update."]
    assert database_state() == before
    proposals = list(Proposal.objects.order_by("slug"))
    assert [(proposal.slug, proposal.author, proposal.origin) for proposal in proposals] == [
        ("norland", contributor, "admin"),
        ("sorland", contributor, "admin"),
    ]
    assert json.loads(proposals[0].document)["certainty"] == "reported"
    assert list(batch.proposals.order_by("slug")) == proposals
    page = client.get(plan_page(batch)).content.decode()
    assert "Proposals: Waits for review 2." in page
    for proposal in proposals:
        address = f"/admin/ledger/proposal/{proposal.pk}/change/"
        assert f'href="{address}"' in page
        origin = client.get(address).content.decode()
        assert f'href="{plan_page(batch)}">Edit together: certainty</a>' in origin
    client.force_login(UserFactory(role="editor"))  # who reviews, but does not see the import
    origin = client.get(address).content.decode()
    assert "Edit together: certainty" in origin
    assert plan_page(batch) not in origin


def test_drafts_of_others_cannot_be_touched_by_forged_ids(client, contributor):
    secret = ActorFactory(slug="secret", publication="draft")
    own, actor = make_own_draft(contributor, "own"), ActorFactory(slug="norland")
    desk = Editor(client, contributor)
    forged = desk.tick(actor) | {"records": f"{secret.pk}"}
    assert desk.send(forged, set__certainty="reported") == {"__all__": [editing.NO_RECORD_LEFT]}
    assert not Batch.objects.exists()
    forged["records"] = f"{secret.pk},{own.pk}"
    batch = desk.send(forged, set__certainty="alleged")
    assert [entry["slug"] for entry in batch.parsed_plan["entries"]] == ["own"]
    assert "secret" not in batch.contents + batch.plan
    assert desk.press(batch) == ["Applied. 1 update."]
    secret.refresh_from_db()
    assert secret.certainty == "confirmed"
    # Nor can they be named as what is referred to.
    errors = desk.send(desk.tick(actor), set__parent=secret.pk)
    assert list(errors) == ["set-parent"]


def test_a_value_that_is_wrong_is_refused_where_it_was_typed(desk):
    form = desk.tick(ActorFactory())
    before = database_state()
    for typed, field in [
        ({"set__founded_on": "1994-13"}, "set-founded_on"),
        ({"set__certainty": "quite"}, "set-certainty"),
        ({"set__country": "ZZ"}, "set-country"),
        ({"set__summary": "x" * 1001}, "set-summary"),
        ({"set__summary": "a\x07b"}, "set-summary"),
        ({"set__summary": "A.", "empty__summary": "on"}, "set-summary"),
        ({"add__topics": ["wrong"]}, "add-topics"),
        ({"add__topics": ["trade"], "remove__topics": ["trade"]}, "remove-topics"),
        ({"set__parent": "0"}, "set-parent"),
        ({"set__parent": "x"}, "set-parent"),
        ({"reason": "x" * 501, "set__summary": "A."}, "reason"),
        ({}, "__all__"),
        ({"records": "", "set__summary": "A."}, "__all__"),
        ({"records": "x,-1,²," + "9" * 40, "set__summary": "A."}, "__all__"),
    ]:
        assert list(desk.send(form, **typed)) == [field], typed
    assert database_state() == before
    assert not Batch.objects.exists()


def test_what_a_record_itself_refuses_stands_in_the_plan(desk):
    dissolved = ActorFactory(slug="norland", dissolved_on="1990")
    batch = desk.edit(dissolved, ActorFactory(slug="sorland"), set__founded_on="1994")
    assert batch.state == "refused"
    ((number, column, reason),) = plan_faults(batch)
    assert (number, column) == (1, "dissolved_on"), reason
    assert not batch.may_be_applied


def test_who_has_gone_since_is_named_and_nothing_is_written(desk):
    actor = ActorFactory(slug="norland")
    batch = desk.edit(actor, ActorFactory(slug="sorland"), set__certainty="reported")
    retract_record(actor)
    before = database_state()
    assert desk.press(batch) == ["Changed since the plan was made: norland."]
    assert database_state() == before
    assert plan_faults(batch) == [
        (1, "slug", "There is no such record any more; it may have been retracted.")
    ]


def test_retracted_records_are_left_out_and_it_is_said(desk):
    gone, actor = ActorFactory(slug="gone"), ActorFactory(slug="norland")
    retract_record(gone)
    data = {"action": "edit_together", "_selected_action": [gone.pk, actor.pk], "index": 0}
    page = desk.client.post(desk.address(Actor), data).content.decode()
    assert "<strong>1 ticked</strong>" in page
    assert "1 more cannot be edited" in page


def test_all_that_match_are_taken_and_too_many_are_refused_in_words(desk, monkeypatch):
    actors = [ActorFactory(kind="company") for _ in range(3)]
    ActorFactory(kind="state")
    data = {"action": "edit_together", "_selected_action": [actors[0].pk], "select_across": 1}
    address = f"{desk.address(Actor)}?kind__exact=company"
    form = FormReader(desk.client.post(address, data | {"index": 0}).content.decode()).data
    batch = desk.send(form, set__certainty="reported")
    assert sorted(e["slug"] for e in batch.parsed_plan["entries"]) == sorted(a.slug for a in actors)
    monkeypatch.setattr(edit_pages, "MAX_DESK_ROWS", 2)
    monkeypatch.setattr(editing, "MAX_DESK_ROWS", 2)
    assert desk.run_list_action("edit_together", *actors) == [editing.TOO_MANY_RECORDS]
    errors = desk.send(form, set__certainty="reported")
    assert errors == {"__all__": [editing.TOO_MANY_RECORDS]}


def test_who_may_not_propose_has_no_such_action_and_no_such_page(client):
    actor = ActorFactory()
    desk = Editor(client, UserFactory())
    assert client.post(EDIT, {"records": str(actor.pk), "set-summary": "A."}).status_code == 403
    assert client.post(desk.address(Actor), {"action": "edit_together"}).status_code == 403
    assert not Batch.objects.exists()


def test_junk_in_its_address_is_not_found_and_a_look_leads_to_the_list(client, publisher):
    client.force_login(publisher)
    assert client.post(EDIT.replace("actors", "colours")).status_code == 404
    assert client.get(EDIT)["Location"] == "/admin/actors/actor/"


@pytest.mark.parametrize("endpoint", RECORD_FACTORIES)
def test_records_of_every_type_can_be_edited_together_and_imported(desk, endpoint):
    record = RECORD_FACTORIES[endpoint]()
    page = desk.client.get(desk.address(type(record))).content.decode()
    assert f'href="/admin/exchange/batch/add/?type={endpoint}"' in page
    form = desk.tick(record)
    offered = {name.partition("-")[2] for name in form if name.startswith(("set-", "add-"))}
    own = {"slug", record.label_field, *record.parts()}
    assert {"certainty", "summary", "topics"} <= offered
    assert not offered & own
    batch = desk.send(form, endpoint=endpoint, set__certainty="alleged", add__topics=["trade"])
    assert batch.state == "planned", plan_faults(batch)
    desk.press(batch)
    said = json.loads(type(record).objects.get(pk=record.pk).document)
    assert (said["certainty"], said["topics"]) == ("alleged", ["trade"])
    assert record_models()[endpoint] is batch.model


def test_yes_and_no_are_set(desk):
    article = MembershipFactory().citations.first().article
    batch = desk.send(desk.tick(article), endpoint="articles", set__is_redistributable="True")
    assert planned_changes(batch) == {("the-source", "is_redistributable"): (False, True)}
    batch = desk.send(desk.tick(article), endpoint="articles", set__is_redistributable="False")
    assert plan_outcomes(batch) == [(1, "unchanged")]


def test_a_form_for_many_records_costs_the_same_queries(desk, queries):
    def count(number):
        actors = [ActorFactory() for _ in range(number)]
        with queries() as counted:
            desk.tick(*actors)
        return len(counted)

    assert count(2) == count(12)
    assert Version.objects.count() == 15

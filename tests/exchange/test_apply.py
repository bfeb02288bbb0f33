"""An import is one revision, or proposals, and only while its plan holds."""

import json

import pytest

from apps.actors.models import Actor
from apps.documents.faults import NotAllowedError
from apps.exchange import planning
from apps.exchange.applying import ChangedError, ImpossibleError, apply
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.accounts.factories import UserFactory
from tests.documents.acts import change, retract
from tests.exchange.factories import an_actor, exported, faults, outcomes, planned, table
from tests.support.desk import everything
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def test_an_import_is_one_revision_with_its_reason(publisher, api):
    ActorFactory(slug="sorland", name="Sorland", summary="Kept.")
    batch = planned(table(an_actor("eastern-realm"), an_actor("sorland", name="South")), publisher)
    before = Dataset.current()
    done = apply(batch, publisher, "From the yearbook")
    made = Revision.objects.get(number=before + 1)
    assert (made.origin, made.reason, made.user) == ("import", "From the yearbook", publisher)
    assert (done.state, done.revision, Dataset.current()) == ("applied", made, before + 1)
    assert list(made.versions.order_by("slug").values_list("slug", "operation")) == [
        ("eastern-realm", "created"),
        ("sorland", "updated"),
    ]
    sorland = api.get("/api/v1/actors/sorland/").json()
    assert (sorland["name"], sorland["summary"]) == ("South", "Kept.")


def test_an_import_is_applied_once(publisher):
    batch = planned(table(an_actor()), publisher)
    apply(batch, publisher, "Once")
    before = everything()
    with pytest.raises(ImpossibleError):
        apply(batch, publisher, "Twice")
    assert everything() == before


def test_a_record_that_changed_meanwhile_stops_it_and_a_new_plan_is_made(publisher):
    actor = ActorFactory(slug="norland", summary="Old.")
    ActorFactory(slug="sorland", summary="Old.")
    rows = [{"slug": slug, "summary": "New."} for slug in ("norland", "sorland")]
    batch = planned(table(*rows), publisher)
    change(actor, summary="By another.")
    before = everything()
    with pytest.raises(ChangedError, match=r"Changed since the plan was made: norland\."):
        apply(batch, publisher, "Late")
    assert everything() == before
    batch.refresh_from_db()
    found = batch.planned["entries"][0]["differences"]
    assert found == [{"field": "summary", "before": "By another.", "after": "New."}]
    assert apply(batch, publisher, "Seen").state == "applied"


def test_a_record_that_was_entered_meanwhile_stops_it(publisher):
    batch = planned(table(an_actor("norland")), publisher)
    ActorFactory(slug="norland")
    with pytest.raises(ChangedError, match="norland"):
        apply(batch, publisher, "Late")
    batch.refresh_from_db()
    assert outcomes(batch) == [(2, "update")]


def test_what_was_unchanged_in_the_file_does_not_undo_what_others_did_since(publisher):
    actor = ActorFactory(slug="sorland", name="Sorland", summary="Old.")
    ActorFactory(slug="norland", summary="Old.")
    content = exported(Actor, "ndjson").decode().splitlines()
    lines = [json.loads(line) for line in content]
    for one in lines:
        one["summary"] = "New." if one["slug"] == "norland" else one["summary"]
    batch = planned("\n".join(map(json.dumps, lines)).encode(), publisher, "actors.ndjson")
    change(actor, summary="By another.")
    apply(batch, publisher, "Corrected")
    actor.refresh_from_db()
    assert actor.summary == "By another."


def test_who_may_only_propose_hands_in_proposals(contributor):
    ActorFactory(slug="norland", name="Norland")
    rows = [an_actor("norland", name="North"), an_actor("eastern-realm")]
    batch = planned(table(*rows), contributor)
    assert batch.planned["note"].startswith("This account may only propose")
    before = everything()
    assert apply(batch, contributor, "From the yearbook").state == "proposed"
    assert everything() == before
    found = Proposal.objects.order_by("slug").values_list("slug", "origin", "state", "reason")
    assert list(found) == [
        ("eastern-realm", "import", "waiting", "From the yearbook"),
        ("norland", "import", "waiting", "From the yearbook"),
    ]
    with pytest.raises(ImpossibleError):
        apply(batch, contributor, "Again")


def test_who_may_do_neither_is_refused(publisher):
    batch = planned(table(an_actor()), publisher)
    before = everything()
    with pytest.raises(NotAllowedError):
        apply(batch, UserFactory(), "Not mine")
    assert everything() == before


def test_what_the_gate_refuses_late_is_in_the_plan_and_nothing_is_written(publisher, monkeypatch):
    monkeypatch.setattr(planning, "REHEARSED", 0)
    draft = ActorFactory(slug="norland")
    row = {"slug": "m", "name": "M", "actor": "norland", "organisation": "union", "role": "member"}
    ActorFactory(slug="union", kind="international_organisation")
    row |= {"status": "active", "certainty": "confirmed", "citations": an_actor()["citations"]}
    known = json.loads(json.dumps(row))
    batch = planned(json.dumps([membership(known)]).encode(), publisher, "memberships.json")
    assert batch.state == "planned", faults(batch)
    retract(draft)
    before = everything()
    done = apply(batch, publisher, "Late")
    assert (done.state, everything()) == ("refused", before)
    ((number, _, reason),) = faults(done)
    assert (number, reason) == (1, "The actor “norland” is not published.")


def membership(row):
    return {**row, "citations": [{"article": row["citations"]}]}


def test_a_command_without_an_account_may_apply_everything(db):
    batch = planned(table(an_actor()))
    assert apply(batch, None, "Nightly").state == "applied"
    assert Version.objects.get(slug="norland").revision.user is None

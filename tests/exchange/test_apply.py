"""An import is one revision, or proposals, and only while its plan holds."""

import json

import pytest

from apps.actors.models import Actor
from apps.documents.faults import NotAllowedError
from apps.exchange import planning
from apps.exchange.applying import ImportImpossibleError, RecordsChangedError, apply_batch
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record, retract_record
from tests.exchange.factories import (
    actor_row,
    export_records,
    make_csv,
    make_planned_batch,
    plan_faults,
    plan_outcomes,
)
from tests.support.desk import database_state
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def test_an_import_is_one_revision_with_its_reason(publisher, api):
    ActorFactory(slug="sorland", name="Sorland", summary="Kept.")
    batch = make_planned_batch(
        make_csv(actor_row("eastern-realm"), actor_row("sorland", name="South")), publisher
    )
    before = Dataset.current_revision()
    done = apply_batch(batch, publisher, "From the yearbook")
    made = Revision.objects.get(number=before + 1)
    assert (made.origin, made.reason, made.user) == ("import", "From the yearbook", publisher)
    assert (done.state, done.revision, Dataset.current_revision()) == ("applied", made, before + 1)
    assert list(made.versions.order_by("slug").values_list("slug", "operation")) == [
        ("eastern-realm", "created"),
        ("sorland", "updated"),
    ]
    sorland = api.get("/api/v1/actors/sorland/").json()
    assert (sorland["name"], sorland["summary"]) == ("South", "Kept.")


def test_an_import_is_applied_once(publisher):
    batch = make_planned_batch(make_csv(actor_row()), publisher)
    apply_batch(batch, publisher, "Once")
    before = database_state()
    with pytest.raises(ImportImpossibleError):
        apply_batch(batch, publisher, "Twice")
    assert database_state() == before


def test_a_record_that_changed_meanwhile_stops_it_and_a_new_plan_is_made(publisher):
    actor = ActorFactory(slug="norland", summary="Old.")
    ActorFactory(slug="sorland", summary="Old.")
    rows = [{"slug": slug, "summary": "New."} for slug in ("norland", "sorland")]
    batch = make_planned_batch(make_csv(*rows), publisher)
    change_record(actor, summary="By another.")
    before = database_state()
    with pytest.raises(RecordsChangedError, match=r"Changed since the plan was made: norland\."):
        apply_batch(batch, publisher, "Late")
    assert database_state() == before
    batch.refresh_from_db()
    changes = batch.parsed_plan["entries"][0]["differences"]
    assert changes == [{"field": "summary", "before": "By another.", "after": "New."}]
    assert apply_batch(batch, publisher, "Seen").state == "applied"


def test_a_record_that_was_entered_meanwhile_stops_it(publisher):
    batch = make_planned_batch(make_csv(actor_row("norland")), publisher)
    ActorFactory(slug="norland")
    with pytest.raises(RecordsChangedError, match="norland"):
        apply_batch(batch, publisher, "Late")
    batch.refresh_from_db()
    assert plan_outcomes(batch) == [(2, "update")]


def test_what_was_unchanged_in_the_file_does_not_undo_what_others_did_since(publisher):
    actor = ActorFactory(slug="sorland", name="Sorland", summary="Old.")
    ActorFactory(slug="norland", summary="Old.")
    content = export_records(Actor, "ndjson").decode().splitlines()
    lines = [json.loads(line) for line in content]
    for line in lines:
        line["summary"] = "New." if line["slug"] == "norland" else line["summary"]
    batch = make_planned_batch(
        "\n".join(map(json.dumps, lines)).encode(), publisher, "actors.ndjson"
    )
    change_record(actor, summary="By another.")
    apply_batch(batch, publisher, "Corrected")
    actor.refresh_from_db()
    assert actor.summary == "By another."


def test_who_may_only_propose_hands_in_proposals(contributor):
    ActorFactory(slug="norland", name="Norland")
    rows = [actor_row("norland", name="North"), actor_row("eastern-realm")]
    batch = make_planned_batch(make_csv(*rows), contributor)
    assert batch.parsed_plan["note"].startswith("This account may only propose")
    before = database_state()
    assert apply_batch(batch, contributor, "From the yearbook").state == "proposed"
    assert database_state() == before
    proposals = Proposal.objects.order_by("slug").values_list("slug", "origin", "state", "reason")
    assert list(proposals) == [
        ("eastern-realm", "import", "waiting", "From the yearbook"),
        ("norland", "import", "waiting", "From the yearbook"),
    ]
    with pytest.raises(ImportImpossibleError):
        apply_batch(batch, contributor, "Again")


def test_who_may_do_neither_is_refused(publisher):
    batch = make_planned_batch(make_csv(actor_row()), publisher)
    before = database_state()
    with pytest.raises(NotAllowedError):
        apply_batch(batch, UserFactory(), "Not mine")
    assert database_state() == before


def test_what_the_gate_refuses_late_is_in_the_plan_and_nothing_is_written(publisher, monkeypatch):
    monkeypatch.setattr(planning, "MAX_REHEARSED_ROWS", 0)
    draft = ActorFactory(slug="norland")
    row = {"slug": "m", "name": "M", "actor": "norland", "organisation": "union", "role": "member"}
    ActorFactory(slug="union", kind="international_organisation")
    row |= {"status": "active", "certainty": "confirmed", "citations": actor_row()["citations"]}
    known = json.loads(json.dumps(row))
    batch = make_planned_batch(
        json.dumps([membership_row(known)]).encode(), publisher, "memberships.json"
    )
    assert batch.state == "planned", plan_faults(batch)
    retract_record(draft)
    before = database_state()
    done = apply_batch(batch, publisher, "Late")
    assert (done.state, database_state()) == ("refused", before)
    ((number, _, reason),) = plan_faults(done)
    assert (number, reason) == (1, "The actor “norland” is not published.")


def membership_row(row):
    return {**row, "citations": [{"article": row["citations"]}]}


def test_a_command_without_an_account_may_apply_everything(db):
    batch = make_planned_batch(make_csv(actor_row()))
    assert apply_batch(batch, None, "Nightly").state == "applied"
    assert Version.objects.get(slug="norland").revision.user is None

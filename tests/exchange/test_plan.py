"""The plan of an import: every row, every fault, and nothing written."""

import json

import pytest

from apps.exchange import planning
from apps.ledger.models import Version
from tests.documents.acts import change_record, merge_records, retract_record
from tests.exchange.factories import (
    actor_row,
    export_records,
    make_csv,
    make_planned_batch,
    plan_faults,
    plan_outcomes,
)
from tests.support.desk import database_state
from tests.types.actors.factories import ActorFactory, ActorNameFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
DRAFT = "draft"


def plan_differences(batch, row=0):
    return {
        change["field"]: (change["before"], change["after"])
        for change in batch.parsed_plan["entries"][row]["differences"]
    }


def test_a_plan_tells_new_changed_and_unchanged_rows_and_writes_nothing(publisher):
    ActorFactory(slug="sorland", name="Sorland")
    same = ActorFactory(slug="westland", name="Westland")
    rows = [actor_row("eastern-realm"), actor_row("sorland", name="The South"), {"slug": same.slug}]
    before = database_state()
    batch = make_planned_batch(make_csv(*rows[:2]), publisher)
    assert plan_outcomes(batch) == [(2, "create"), (3, "update")]
    assert plan_differences(batch, 1)["name"] == ("Sorland", "The South")
    batch = make_planned_batch(make_csv(rows[2]), publisher)
    assert plan_outcomes(batch) == [(2, "unchanged")]
    assert database_state() == before | {"Article": database_state()["Article"]}


def test_every_fault_of_every_row_is_named_with_its_column(publisher):
    ActorFactory(slug="norland")
    rows = [
        actor_row("eastland", kind="stat", founded_on="1994-13"),
        actor_row("norland", citations="nowhere#INTRO", certainty=""),
        actor_row("eastland"),
        actor_row(""),
    ]
    rows = [{**row, "founded_on": row.get("founded_on", "")} for row in rows]
    batch = make_planned_batch(make_csv(*rows), publisher)
    assert batch.state == "refused"
    assert not batch.may_be_applied
    places = {(row, column) for row, column, _ in plan_faults(batch)}
    assert places == {
        (2, "kind"), (2, "founded_on"),
        (3, "citations"), (3, "certainty"),
        (4, "slug"),
        (5, "slug"), (5, "name"),
    }  # fmt: skip
    reasons = " ".join(reason for *_, reason in plan_faults(batch))
    assert "Did you mean “state”?" in reasons
    assert "The slug stands already in row 2." in reasons
    assert "Entry 1: There is no article “nowhere”." in reasons


def test_columns_that_are_left_out_stay_and_blank_cells_are_emptied(publisher):
    actor = ActorFactory(slug="norland", summary="Old.", topics=["trade"], founded_on="1994")
    ActorNameFactory(record=actor, name="Норланд")
    batch = make_planned_batch(
        make_csv({"slug": "norland", "summary": "", "topics": ""}), publisher
    )
    assert plan_differences(batch) == {"summary": ("Old.", None), "topics": (["trade"], [])}


def test_json_leaves_alone_what_it_does_not_name(publisher):
    ActorFactory(slug="norland", summary="Old.", founded_on="1994")
    content = json.dumps([{"slug": "norland", "summary": None}]).encode()
    batch = make_planned_batch(content, publisher, "actors.json")
    assert plan_differences(batch) == {"summary": ("Old.", None)}


def test_a_list_with_some_of_its_columns_is_not_cut_off(publisher):
    actor = ActorFactory(slug="norland")
    ActorNameFactory(record=actor, name="Норланд", kind="official", used_by="itself")
    row = {"slug": "norland", "names.name": "Норланд", "names.kind": "official"}
    batch = make_planned_batch(make_csv(row), publisher)
    assert (2, "names.used_by") in {(row, column) for row, column, _ in plan_faults(batch)}
    assert (
        make_planned_batch(make_csv({"slug": "norland", "name": "N."}), publisher).state
        == "planned"
    )


def test_who_is_called_alike_may_be_the_same(publisher):
    ActorFactory(slug="lake-union", name="The Grey Lake Union")
    ActorFactory(slug="force-2024", name="Force 2024")
    rows = [
        actor_row("grey", name="the GREY lake-union"),
        actor_row("misspelt", name="The Grey Lake Unoin"),
        actor_row("force-2025", name="Force 2025"),
        actor_row("twin-a", name="Twinland"),
        actor_row("twin-b", name="Twinland"),
    ]
    batch = make_planned_batch(make_csv(*rows), publisher)
    alike = {
        entry["slug"]: " ".join(entry.get("alike", ())) for entry in batch.parsed_plan["entries"]
    }
    assert alike["grey"].startswith("lake-union (names alike: ") or "same name" in alike["grey"]
    assert alike["misspelt"].startswith("lake-union (names alike: ")
    assert alike["force-2025"] == ""
    assert "twin-b (same name)" in alike["twin-a"]
    assert "twin-a (same name)" in alike["twin-b"]
    assert plan_outcomes(batch)[1:3] == [(3, "duplicate"), (4, "create")]


def test_drafts_are_published_and_retracted_records_come_back_and_both_is_said(publisher):
    ActorFactory(slug="draft", publication=DRAFT)
    retract_record(ActorFactory(slug="gone"))
    batch = make_planned_batch(make_csv(actor_row("draft"), actor_row("gone")), publisher)
    assert plan_outcomes(batch) == [(2, "update"), (3, "create")]
    notes = [entry["notes"] for entry in batch.parsed_plan["entries"]]
    assert notes == [
        ["A draft has this slug: it is changed and published."],
        ["This record was retracted: it is published again."],
    ]


def test_a_merged_record_is_named_with_its_survivor(publisher):
    merge_records(ActorFactory(slug="old"), ActorFactory(slug="norland"))
    batch = make_planned_batch(make_csv(actor_row("old")), publisher)
    assert plan_faults(batch) == [(2, "slug", "This record was merged into “norland”.")]


def test_the_drafts_of_others_are_not_shown_to_who_may_only_propose(contributor):
    ActorFactory(slug="secret", summary="Secret.", publication=DRAFT)
    batch = make_planned_batch(make_csv(actor_row("secret")), contributor)
    assert plan_faults(batch) == [(2, "slug", "Another record of this type has this slug.")]
    assert "Secret." not in batch.plan
    row = {"slug": "m", "actor": "secret", "organisation": "secret", "certainty": "confirmed"}
    batch = make_planned_batch(
        make_csv({**row, "citations": "text"}), contributor, "memberships.csv"
    )
    reasons = [reason for _, column, reason in plan_faults(batch) if column == "actor"]
    assert reasons == ["There is no actor “secret”."]


def test_what_is_published_names_only_what_is_published(publisher):
    ActorFactory(slug="draft", publication=DRAFT)
    membership = MembershipFactory()
    row = {"slug": membership.slug, "actor": "draft", "certainty": "confirmed"}
    wrong = {"slug": MembershipFactory().slug, "actor": "nobody", "certainty": "confirmed"}
    batch = make_planned_batch(make_csv(row, wrong), publisher, "memberships.csv")
    assert plan_faults(batch) == [
        (2, "actor", "The actor “draft” is not published."),
        (3, "actor", "There is no actor “nobody”."),
    ]


def test_rows_may_name_one_another(publisher):
    actor_row()
    row = {"kind": "city", "certainty": "confirmed", "citations": "text", "latitude": "1"}
    rows = [
        {"slug": "quarter", "name": "Quarter", "part_of": "town", **row, "longitude": "1"},
        {"slug": "town", "name": "Town", "part_of": "", **row, "longitude": "1"},
    ]
    batch = make_planned_batch(make_csv(*rows), publisher, "places.csv")
    assert batch.state == "planned", plan_faults(batch)


def test_what_only_the_gate_knows_is_found_by_a_rehearsal(publisher):
    article = ArticleFactory(slug="text")
    ActorFactory(citations=[{"article": article, "section": "INTRO", "paragraph": 2}])
    row = {"slug": "text", "sections.name": "INTRO", "sections.paragraphs": "1"}
    before = database_state()
    batch = make_planned_batch(make_csv(row), publisher, "articles.csv")
    ((number, column, reason),) = plan_faults(batch)
    assert (number, column) == (2, "sections")
    assert "cites INTRO ¶2" in reason
    assert database_state() == before


def test_a_long_file_is_not_rehearsed(publisher, monkeypatch):
    monkeypatch.setattr(planning, "MAX_REHEARSED_ROWS", 1)
    monkeypatch.setattr(planning, "perform_act", None)
    batch = make_planned_batch(make_csv(actor_row("a"), actor_row("b")), publisher)
    assert batch.summary == "2 create"


def test_a_file_that_is_behind_says_so(publisher):
    actor = ActorFactory(slug="norland", name="Norland")
    content = export_records(type(actor), "csv")
    change_record(actor, summary="Since then.")
    entry = make_planned_batch(content, publisher).parsed_plan["entries"][0]
    assert entry["outcome"] == "update"
    assert entry["notes"][0].endswith(f"it was changed, in revision {actor.revision}.")


def test_planning_costs_the_same_queries_for_each_row(publisher, queries):
    def count(number):
        rows = [actor_row(f"actor-{number}-{n}", name=f"Zzz {number} {n}xq") for n in range(number)]
        with queries() as counted:
            make_planned_batch(make_csv(*rows), publisher)
        return len(counted)

    few, many = count(4), count(24)
    assert (many - few) / 20 <= 12
    assert not Version.objects.filter(slug__startswith="actor-4-").exists()

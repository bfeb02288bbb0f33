"""Role by act by state, at the desk: the tables of tests/support/roles.py, held against its pages.

Each act is sent, offered or not, and undone; the tables are read first, and only then the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.actors.models import Actor
from apps.core.models import Record
from apps.core.permissions import Act
from apps.desk.forms import newest_version_id
from apps.documents.faults import HeldForReviewError
from apps.documents.revisions import open_revision
from apps.ledger.models import Proposal, Version
from tests.documents.acts import change_record, retract_record
from tests.merging.acts import merge
from tests.support import roles
from tests.support.desk import (
    Desk,
    curation_state,
    database_state,
    logged_in_client,
    make_account,
    outcome_of_answer,
    press_button,
    select_acts,
    try_acts,
)
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT
LIST = "/admin/actors/actor/"
NEW = {"name": "Norland", "slug": "norland", "kind": "state", "certainty": "confirmed"}


def record_page(record: Any, name: str = "changelist") -> str:
    """A page of a record, or the list of a type."""
    keys = [record.pk] if isinstance(record, Record) else []
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=keys)


@dataclass
class Scene:
    """A record in some state, another that is published, and an article to cite."""

    record: Any
    other: Any
    source: Any
    list = LIST

    def page(self, name: str, of: Any = None) -> str:
        """A page of the record, or of the other."""
        return record_page(of or self.record, name)

    def version(self, at: int) -> str:
        """The page of one of the record's versions: 0 is the first."""
        versions = Version.objects.for_record(self.record).order_by("pk")
        return f"{LIST}{self.record.pk}/versions/{list(versions)[at].pk}/"

    def form(self, **values: Any) -> dict[str, Any]:
        """What a browser would send of the record's form, with these values typed."""
        lists = {f"{part}-{n}_FORMS": 0 for part in Actor.parts() for n in ("TOTAL", "INITIAL")}
        cited = {"citations-TOTAL_FORMS": 1, "citations-0-article": self.source.pk}
        shown = {}
        if record := self.record:
            shown = {"publication": record.publication, "seen": newest_version_id(record)}
            shown["summary"] = record.summary or ""
            if row := record.citations.first():
                cited |= {"citations-INITIAL_FORMS": 1, "citations-0-id": row.pk}
        return NEW | lists | cited | {"citations-0-stance": "states"} | shown | values


# ------------------------------------------------------------------------------- states of records


def make_edited_draft(author: Any) -> Actor:
    """A draft that somebody began, and saved once more."""
    record = Actor(**NEW, summary="At first.")
    for summary in ("At first.", "Later."):
        with open_revision(author, origin="admin", allows=lambda act: True) as opened:
            record.summary = summary
            record.save()
            if not record.citations.exists():
                record.citations.create(position=1, article=ArticleFactory(slug="the-source"))
            opened.touch(record)
    return record


def make_public(record: Any = None) -> Actor:
    """A published record, which was changed once."""
    record = record or ActorFactory(**NEW, summary="At first.")
    change_record(record, summary="Later.", publication=Record.Publication.PUBLISHED)
    return record


def make_proposal(record: Actor, author: Any) -> Proposal:
    """Somebody's proposal to change a record."""
    with pytest.raises(HeldForReviewError) as held:
        change_as_proposer(record, author, summary="Proposed.")
    record.refresh_from_db()
    (made,) = held.value.submit()
    return made


def change_as_proposer(record: Actor, author: Any, **values: Any) -> None:
    """Change a record as one who may only propose."""
    with open_revision(author, "Read", "admin", allows=lambda act: act == Act.PROPOSE) as opened:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        opened.touch(record)


def after_act(record: Actor, act: Callable[[Actor], Any]) -> Actor:
    """A record to which something was done."""
    act(record)
    return record


MAKE: dict[str, Callable[[Any, Actor], Any]] = {
    "absent": lambda author, other: None,
    "own draft": lambda author, other: make_edited_draft(author),
    "other's draft": lambda author, other: make_edited_draft(author),
    "published": lambda author, other: make_public(),
    "named": lambda author, other: after_act(
        make_public(), lambda record: ActorFactory(slug="the-council", parent=record)
    ),
    "own proposal": lambda author, other: after_act(
        make_public(), lambda record: make_proposal(record, author)
    ),
    "other's proposal": lambda author, other: after_act(
        make_public(), lambda record: make_proposal(record, author)
    ),
    "retracted": lambda author, other: after_act(make_public(), retract_record),
    "own retracted": lambda author, other: after_act(
        make_public(make_edited_draft(author)), retract_record
    ),
    "reworked": lambda author, other: after_act(
        after_act(make_public(), retract_record),
        lambda record: change_record(record, user=make_account("editor"), summary="Secret."),
    ),
    "merged": lambda author, other: after_act(
        make_public(), lambda record: merge(other, record, reason="The same")
    ),
}


def put_into(state: str, user: Any) -> Scene:
    """Have a record in some state; what is own is the account's."""
    author = user if state.startswith("own") else make_account("contributor")
    source, other = ArticleFactory(slug="the-source"), ActorFactory(slug="sorland", name="Sorland")
    record = MAKE[state](author, other)
    if record:
        record.refresh_from_db()
    return Scene(record, other, source)


# ------------------------------------------------------------------------------------ acts on them


def run_list_action(client: Client, scene: Scene, action: str) -> Any:
    """Run an action of the list on the record."""
    ticked = {"_selected_action": [scene.record.pk], "index": 0, "reason": "Read"}
    return client.post(record_page(type(scene.record)), {"action": action, "post": "yes"} | ticked)


def save_record_form(client: Client, scene: Scene, **values: Any) -> Any:
    """Send the record's form."""
    return client.post(scene.page("change"), scene.form(**values))


def send_merge(client: Client, kept: Actor, gone: Actor) -> Any:
    """Send the form on which two records are merged."""
    seen = f"{newest_version_id(kept)}-{newest_version_id(gone)}"
    path = f"{reverse('admin:actors_actor_merge_with', args=[kept.pk])}?with={gone.pk}"
    return client.post(path, {"seen": seen, "reason": "The same"})


DO: dict[str, Callable[[Client, Scene], Any]] = {
    "see list": lambda c, s: c.get(LIST),
    "see form": lambda c, s: c.get(s.page("change") if s.record else f"{LIST}add/"),
    "see history": lambda c, s: c.get(s.page("history")),
    "see version": lambda c, s: c.get(s.version(0)),
    "add draft": lambda c, s: c.post(f"{LIST}add/", s.form(publication="draft")),
    "add public": lambda c, s: c.post(f"{LIST}add/", s.form(publication="published")),
    "save": lambda c, s: save_record_form(c, s, summary="New.", reason="Read"),
    "save unsaid": lambda c, s: save_record_form(c, s, summary="New."),
    "save as shown": lambda c, s: save_record_form(c, s),
    "publish": lambda c, s: save_record_form(c, s, publication="published", reason="Read"),
    "publish ticked": lambda c, s: run_list_action(c, s, "publish"),
    "retract": lambda c, s: save_record_form(c, s, publication="retracted", reason="Read"),
    "retract ticked": lambda c, s: run_list_action(c, s, "retract"),
    "delete": lambda c, s: c.post(s.page("delete"), {"post": "yes"}),
    "delete ticked": lambda c, s: run_list_action(c, s, "delete_selected"),
    "revert": lambda c, s: press_button(c, s.version(0), "revert"),
    "merge into": lambda c, s: send_merge(c, s.record, s.other),
    "merge away": lambda c, s: send_merge(c, s.other, s.record),
    "take apart": lambda c, s: press_button(c, s.version(-1), "take_apart"),
    "say two": lambda c, s: c.post(f"{LIST}not-duplicate/norland/sorland/", {"reason": "Two"}),
}


ON_RECORDS = roles.desk_cells(roles.DESK_TABLE)


@pytest.mark.parametrize(("role", "state"), roles.by_role_and_state(ON_RECORDS))
def test_a_role_does_to_a_record_what_the_table_says(role, state):
    user, wanted = make_account(role), ON_RECORDS[role, state]
    scene = put_into(state, user)
    assert try_acts(logged_in_client(role, user), select_acts(DO, wanted), scene) == wanted


# ------------------------------------------------------------------------- one slug, chosen by two


def propose_new(user: Any, client: Client) -> Proposal:
    """Propose a new record by the form."""
    source = ArticleFactory(slug="the-source")
    typed = Scene(None, None, source).form(publication="published", summary="Mine.")
    assert client.post(f"{LIST}add/", typed).status_code == 302
    return Proposal.objects.get(author=user)


@pytest.fixture
def chosen_by_two(client: Client) -> tuple[Client, Proposal, Actor]:
    """A contributor, their proposal of a new record, and another's draft of the same slug."""
    user = make_account("contributor")
    client.force_login(user)
    proposal = propose_new(user, client)
    record = make_edited_draft(make_account("editor"))
    change_record(record, summary="Secret.", region="europe")
    return client, proposal, record


def proposal_page(proposal: Proposal) -> str:
    return reverse("admin:ledger_proposal_change", args=[proposal.pk])


def test_a_proposal_shows_its_author_nothing_of_anothers_draft(chosen_by_two):
    client, proposal, _ = chosen_by_two
    page = client.get(proposal_page(proposal))
    assert "Secret." not in page.content.decode()
    assert {row.theirs for row in page.context["rows"]} == {None}
    assert page.context["faults"] == ["norland: slug: Another record of this type has this slug."]
    assert not page.context["moved_on"]
    assert page.context["form_address"] is None


def test_an_author_brings_nothing_of_anothers_draft_into_a_proposal(chosen_by_two):
    client, proposal, record = chosen_by_two
    before = curation_state()
    newest = {
        "act": "bring_up_to_date",
        "seen": newest_version_id(record),
        "side-summary": "theirs",
    }
    client.post(proposal_page(proposal), newest)
    assert curation_state() == before


@pytest.mark.parametrize("of_the_draft", [True, False])
def test_no_form_of_a_proposal_shows_anothers_draft(chosen_by_two, of_the_draft):
    client, proposal, record = chosen_by_two
    key = record.pk if of_the_draft else -proposal.pk
    path = f"{LIST}{key}/change/?proposal={proposal.pk}"
    typed = Scene(record, None, ArticleFactory(slug="the-source")).form(summary="Mine.")
    tables, others = database_state(), curation_state()
    for answer in (client.get(path), client.post(path, typed | {"publication": "published"})):
        assert outcome_of_answer(answer) == "nothing"
    assert (database_state(), curation_state()) == (tables, others)


def test_a_reviewer_sees_that_two_chose_one_slug(chosen_by_two):
    client, proposal, _ = chosen_by_two
    client.force_login(make_account("editor"))
    page = client.get(proposal_page(proposal))
    sides = {row.field: (row.theirs, row.ours) for row in page.context["rows"]}
    assert sides["summary"] == ("Secret.", "Mine.")
    assert page.context["moved_on"]


def test_the_list_of_revisions_says_nothing_of_anothers_draft(client):
    user, other = make_account("contributor"), make_account("editor")
    make_edited_draft(other)
    unseen = Version.objects.get(operation="drafted", document__contains="Later.").revision
    page = reverse("admin:ledger_revision_change", args=[unseen.pk])
    paths = {reverse("admin:ledger_revision_changelist"): f"/{unseen.pk}/change/", page: "norland"}
    for viewer, is_shown in ((user, False), (other, True)):
        client.force_login(viewer)
        for path, mark in paths.items():
            assert (mark in client.get(path).content.decode()) is is_shown


def test_a_draft_is_not_ones_own_because_one_had_another_of_that_slug(client):
    user = make_account("contributor")
    client.force_login(user)
    gone = make_edited_draft(user)
    assert client.post(f"{LIST}{gone.pk}/delete/", {"post": "yes"}).status_code == 302
    scene = Scene(
        make_edited_draft(make_account("editor")), None, ArticleFactory(slug="the-source")
    )
    acts = {act: DO[act] for act in ("see list", "see form", "save", "delete", "see version")}
    assert set(try_acts(client, acts, scene).values()) <= {"nothing", "may not"}


def test_a_slug_of_which_anothers_draft_was_deleted_is_free(client):
    gone = make_edited_draft(make_account("contributor"))
    with open_revision(origin="admin") as opened:
        opened.delete_draft(gone)
    client.force_login(make_account("contributor"))
    scene = Scene(None, None, ArticleFactory(slug="the-source"))
    assert try_acts(client, {"add": DO["add draft"]}, scene) == {"add": "does"}
    client.post(f"{LIST}add/", scene.form(publication="draft"))
    scene.record = Actor.objects.get(slug="norland")
    assert try_acts(client, {"save": DO["save"]}, scene) == {"save": "does"}


# ------------------------------------------------------------------------ what the table leaves out


def test_the_table_is_whole():
    known = {"nobody", "reader", *Group.objects.values_list("name", flat=True)}
    assert {role for role, _ in ON_RECORDS} == known
    added = {"add draft", "add public"}
    for role in known:
        assert added < set(ON_RECORDS[role, "absent"])
        for state in ("own draft", "other's draft", "published", "retracted", "merged"):
            assert set(ON_RECORDS[role, state]) | added == set(DO)


def test_a_superuser_is_no_more_to_the_gate_than_an_administrator():
    user = User.objects.create_superuser("root")
    wanted, scene = ON_RECORDS["administrator", "published"], put_into("published", user)
    assert try_acts(logged_in_client("root", user), select_acts(DO, wanted), scene) == wanted


# Where an act is offered: the page, a state of the record, and what the page then shows.
OFFERED: dict[str, list[tuple[str, Callable[[Scene], str], str]]] = {
    "own draft": [
        ("publish ticked", lambda s: LIST, 'value="publish"'),
        ("delete ticked", lambda s: LIST, 'value="delete_selected"'),
        ("delete", lambda s: s.page("change"), "/delete/"),
    ],
    "published": [
        ("retract ticked", lambda s: LIST, 'value="retract"'),
        ("save", lambda s: s.page("change"), 'name="_save"'),
        ("delete", lambda s: s.page("change"), "/delete/"),
        ("merge into", lambda s: s.page("change"), "/merge/"),
        ("revert", lambda s: s.version(0), 'value="revert"'),
    ],
    "merged": [("take apart", lambda s: s.version(-1), 'value="take_apart"')],
}


@pytest.mark.parametrize("role", ["reader", "contributor", "editor", "publisher", "administrator"])
@pytest.mark.parametrize("state", OFFERED)
def test_what_may_be_done_is_offered_and_nothing_else(role, state):
    user = make_account(role)
    client, scene = logged_in_client(role, user), put_into(state, user)
    paths = {page(scene) for _, page, _ in OFFERED[state]}
    texts = {path: client.get(path).content.decode() for path in paths}
    for act, page, mark in OFFERED[state]:
        may = ON_RECORDS[role, state][act] in ("does", "proposes")
        assert (mark in texts[page(scene)]) == may, act


# ---------------------------------------------------------------------------------- of every type


OF_EVERY_TYPE = {
    "contributor": ["proposes", "no such", "may not", "nothing", "may not"],
    "editor": ["proposes", "no such", "may not", "writes", "does"],
    "publisher": ["does", "does", "may not", "writes", "does"],
}


def test_records_of_every_type_obey(make):
    record, hidden = make(), make(publication=DRAFT)
    for role, wanted in OF_EVERY_TYPE.items():
        desk = Desk(Client(), make_account(role))
        typed = desk.form(record) | {"summary": "New.", "reason": "Read"}
        done = {
            "save": lambda c, s, typed=typed: c.post(s.page("change"), typed),
            "retract": lambda c, s: run_list_action(c, s, "retract"),
            "delete": lambda c, s: c.post(s.page("delete"), {"post": "yes"}),
            "see draft": lambda c, s: c.get(s.page("change", hidden)),
            "delete draft": lambda c, s: c.post(s.page("delete", hidden), {"post": "yes"}),
        }
        outcomes = try_acts(desk.client, done, Scene(record, None, None))
        assert list(outcomes.values()) == wanted, role

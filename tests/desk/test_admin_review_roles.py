"""Role by act by state of proposals and of imports: the tables of support/roles.py, at the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.actors.models import Actor
from apps.core.permissions import Act
from apps.desk.forms import newest_version_id
from apps.documents.faults import HeldForReviewError
from apps.documents.revisions import open_revision
from apps.exchange.applying import apply_batch
from apps.exchange.models import Batch
from apps.ledger.models import Proposal
from apps.review import acts
from tests.accounts.factories import UserFactory
from tests.desk.test_admin_roles import LIST, NEW, Scene, make_proposal, make_public
from tests.documents.acts import change_record
from tests.exchange.factories import actor_row, make_csv, make_planned_batch
from tests.support import roles
from tests.support.desk import logged_in_client, make_account, press_button, select_acts, try_acts
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db


# --------------------------------------------------------------------------------------- proposals


@dataclass
class Waiting:
    """A proposal, and another of somebody else's."""

    record: Proposal
    beside: Proposal
    source: Any
    list = "/admin/ledger/proposal/"

    def page(self, name: str) -> str:
        """The proposal's page."""
        return reverse(f"admin:ledger_proposal_{name}", args=[self.record.pk])

    @property
    def actor(self) -> Any:
        """The record that it would change, if it stands."""
        return Actor.objects.filter(slug="norland").first()

    def form(self) -> str:
        """Where the record's form shows it."""
        actor = self.actor
        return f"{LIST}{actor.pk if actor else -self.record.pk}/change/?proposal={self.record.pk}"

    def form_data(self) -> dict[str, Any]:
        """What is sent of that form."""
        sent = Scene(self.actor, None, self.source).form(summary="Edited.", reason="Read")
        return {"seen": 0} | sent | {"publication": "published"}


def make_new_proposal(author: Any, slug: str = "norland") -> Proposal:
    """Somebody's proposal of a new record."""
    new, source = (
        NEW | {"slug": slug, "publication": "published"},
        ArticleFactory(slug="the-source"),
    )
    proposing = open_revision(author, "New", "admin", allows=lambda act: act == Act.PROPOSE)
    with pytest.raises(HeldForReviewError) as held, proposing as opened:
        record = Actor.objects.create(**new)
        record.citations.create(position=1, article=source)
        opened.touch(record)
    (made,) = held.value.submit()
    return made


def put_proposal_into(state: str, user: Any) -> Waiting:
    """Have a proposal in some state; what is own is the account's."""
    author = user if state.startswith("own") else UserFactory(role="contributor")
    source = ArticleFactory(slug="the-source")
    record = None if "new" in state else make_public()
    made = make_proposal(record, author) if record else make_new_proposal(author)
    if "overtaken" in state:
        change_record(record, summary="Meanwhile.")
    elif "sent back" in state:
        acts.send_back(made, UserFactory(role="editor"), "Which?")
    elif "refused" in state:
        acts.refuse(made, UserFactory(role="editor"), "No.")
    made.refresh_from_db()
    return Waiting(made, make_new_proposal(UserFactory(role="contributor"), "westland"), source)


def approve_ticked(client: Client, *proposals: Proposal) -> Any:
    """Run the list's action."""
    ticked = {
        "action": "approve",
        "_selected_action": [proposal.pk for proposal in proposals],
        "index": 0,
    }
    return client.post(Waiting.list, ticked | {"reason": "Read"})


def bring_up_to_date(client: Client, scene: Waiting) -> Any:
    """Put the proposal on top of what stands."""
    seen = {"seen": newest_version_id(scene.actor) if scene.actor else 0, "side-summary": "ours"}
    return client.post(scene.page("change"), {"act": "bring_up_to_date"} | seen)


DECIDE: dict[str, Callable[[Client, Waiting], Any]] = {
    "see list": lambda c, s: c.get(s.list),
    "see": lambda c, s: c.get(s.page("change")),
    "open": lambda c, s: c.get(s.form()),
    "edit": lambda c, s: c.post(s.form(), s.form_data()),
    "withdraw": lambda c, s: press_button(c, s.page("change"), "withdraw"),
    "bring up": bring_up_to_date,
    "approve": lambda c, s: press_button(c, s.page("change"), "approve"),
    "approve ticked": lambda c, s: approve_ticked(c, s.record),
    "approve two": lambda c, s: approve_ticked(c, s.record, s.beside),
    "send back": lambda c, s: press_button(c, s.page("change"), "send_back"),
    "refuse": lambda c, s: press_button(c, s.page("change"), "refuse"),
    "refuse unsaid": lambda c, s: c.post(s.page("change"), {"act": "refuse"}),
    "delete": lambda c, s: c.post(s.page("delete"), {"post": "yes"}),
}
ON_PROPOSALS = roles.desk_cells(roles.PROPOSALS_TABLE)


@pytest.mark.parametrize(("role", "state"), roles.by_role_and_state(ON_PROPOSALS))
def test_a_role_does_to_a_proposal_what_the_table_says(role, state):
    user, wanted = make_account(role), ON_PROPOSALS[role, state]
    scene = put_proposal_into(state, user)
    assert try_acts(logged_in_client(role, user), select_acts(DECIDE, wanted), scene) == wanted


# ----------------------------------------------------------------------------------------- imports


@dataclass
class Imported:
    """A file that was read in."""

    record: Batch
    list = "/admin/exchange/batch/"

    def page(self, name: str) -> str:
        """A page of the import."""
        return reverse(f"admin:exchange_batch_{name}", args=[self.record.pk])


def put_import_into(state: str, user: Any) -> Imported:
    """Have an import in some state; it was planned, and applied, when its owner could publish."""
    batch = make_planned_batch(make_csv(actor_row("westland")), UserFactory(role="publisher"))
    if "applied" in state:
        apply_batch(batch, batch.user, "Read")
    owner = user if state.startswith("own") else UserFactory(role="contributor")
    Batch.objects.filter(pk=batch.pk).update(user=owner, summary="")
    return Imported(batch)


def send_file(client: Client, scene: Imported) -> Any:
    """Send a file."""
    file = SimpleUploadedFile("actors.csv", make_csv(actor_row("eastland")))
    return client.post(f"{scene.list}add/", {"type": "actors", "file": file})


IMPORT: dict[str, Callable[[Client, Imported], Any]] = {
    "upload": send_file,
    "see list": lambda c, s: c.get(s.list),
    "see": lambda c, s: c.get(s.page("change")),
    "see errors": lambda c, s: c.get(s.page("errors")),
    "apply": lambda c, s: press_button(c, s.page("change"), "apply"),
    "plan again": lambda c, s: press_button(c, s.page("change"), "plan"),
    "revert": lambda c, s: press_button(c, s.page("change"), "revert"),
    "delete": lambda c, s: c.post(s.page("delete"), {"post": "yes"}),
}
ON_IMPORTS = roles.desk_cells(roles.IMPORTS_TABLE)


@pytest.mark.parametrize(("role", "state"), roles.by_role_and_state(ON_IMPORTS))
def test_a_role_does_to_an_import_what_the_table_says(role, state):
    user, wanted = make_account(role), ON_IMPORTS[role, state]
    scene = put_import_into(state, user)
    assert try_acts(logged_in_client(role, user), select_acts(IMPORT, wanted), scene) == wanted


# ----------------------------------------------------------------------- what no single role shows


@pytest.mark.parametrize("others", [["publisher"], ["editor", "administrator"]])
def test_nobody_approves_their_own_whatever_roles_they_have_beside(others):
    user = UserFactory(role="contributor")
    user.groups.add(*Group.objects.filter(name__in=others))
    wanted = {"approve": "refused", "approve ticked": "refused", "approve two": "refused"}
    scene = put_proposal_into("own", user)
    assert (
        try_acts(logged_in_client("contributor", user), select_acts(DECIDE, wanted), scene)
        == wanted
    )


@pytest.mark.parametrize("role", ["contributor", "publisher"])
@pytest.mark.parametrize("state", ["own", "own new"])
def test_a_proposal_is_opened_in_the_form_of_its_own_record_alone(role, state):
    user = make_account(role)
    scene, other = put_proposal_into(state, user), ActorFactory(slug="ostland")
    typed = Scene(other, None, scene.source).form(slug="ostland", summary="New.", reason="Read")
    paths = [f"{LIST}{key}?proposal={scene.record.pk}" for key in (f"{other.pk}/change/", "add/")]
    for path in paths:
        sent = {"get": lambda c, s, path=path: c.get(path)}
        sent["post"] = lambda c, s, path=path: c.post(path, typed)
        outcomes = try_acts(logged_in_client(role, user), sent, scene)
        assert outcomes == {"get": "nothing", "post": "nothing"}


def test_of_several_that_are_approved_one_of_ones_own_keeps_all_back():
    user = make_account("editor")
    client, scene = logged_in_client("editor", user), put_proposal_into("other's", user)
    assert try_acts(client, select_acts(DECIDE, {"approve two": ""}), scene) == {
        "approve two": "does"
    }
    scene.beside = make_new_proposal(user, "eastland")
    assert try_acts(client, select_acts(DECIDE, {"approve two": ""}), scene) == {
        "approve two": "refused"
    }


@pytest.mark.parametrize("table", [roles.PROPOSALS_TABLE, roles.IMPORTS_TABLE])
def test_the_tables_name_every_role_and_every_act(table):
    known = {"nobody", "reader", *Group.objects.values_list("name", flat=True)}
    cells = roles.desk_cells(table)
    assert {role for role, _ in cells} == known
    assert {act for acts in cells.values() for act in acts} == set(
        DECIDE if table is roles.PROPOSALS_TABLE else IMPORT
    )

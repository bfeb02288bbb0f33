"""Role by method by state of the record: the table of support/roles.py, held against the API."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.core.models import Record
from apps.documents.revisions import open_revision
from apps.ledger.models import Proposal
from tests.accounts.factories import TokenFactory, UserFactory
from tests.documents.acts import retract_record
from tests.support.desk import database_state
from tests.support.roles import ACTS, STATES, api_cells
from tests.support.writing import NORLAND_DOCUMENT, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS, ONE = "/api/v1/actors/", "/api/v1/actors/norland/"
METHODS = {"add": "post", "replace": "put", "change": "patch", "retract": "delete"}
STATUS = {"proposes": 202, "may not": 403, "taken": 400, "nothing": 404, "who": 401}
DONE = {"add": 201, "replace": 200, "change": 200, "retract": 204}


def client_with_role(role: str) -> APIClient:
    if role == "nobody":
        return APIClient()
    return writer_client(None if role == "reader" else role)


def put_into(state: str, user: Any) -> None:
    """Have a record in some state, its draft begun by `user` or by another."""
    if state == "published":
        ActorFactory(slug="norland")
    elif state == "retracted":
        retract_record(ActorFactory(slug="norland"))
    elif state.endswith("draft"):
        author = user if state == "own draft" else UserFactory()
        with open_revision(author, origin="admin", allows=lambda act: True) as opened:
            draft = Actor.objects.create(
                slug="norland", name="N", kind="state", certainty="reported"
            )
            opened.touch(draft)


def attempt_write(client: APIClient, act: str, state: str) -> Any:
    """Do something to the record, as one who saw it last."""
    body = {"name": "Northland"} if act == "change" else {**NORLAND_DOCUMENT, "name": "Northland"}
    tag = APIClient().get(ONE).get("ETag", '"1-abc"') if state == "published" else '"1-abc"'
    path = f"{ACTORS if act == 'add' else ONE}?reason=Read"
    return getattr(client, METHODS[act])(path, body, headers={"if-match": tag})


@pytest.mark.parametrize(("role", "act", "state", "outcome"), api_cells())
def test_a_role_does_to_a_record_what_the_table_says(role, act, state, outcome):
    ArticleFactory(slug="the-source")
    client = client_with_role(role)
    put_into(state, getattr(client, "user", None) or UserFactory())
    before = database_state()
    response = attempt_write(client, act, state)
    assert response.status_code == (DONE[act] if outcome == "does" else STATUS[outcome])
    assert (database_state() == before) == (outcome != "does")
    assert Proposal.objects.count() == (outcome == "proposes")


def test_the_table_is_whole():
    roles = {"nobody", "reader", *Group.objects.values_list("name", flat=True)}
    wanted = {(role, act, state) for role in roles for act in ACTS for state in STATES}
    assert {cell[:3] for cell in api_cells()} == wanted
    assert len(api_cells()) == len(wanted)


@pytest.mark.parametrize("act", ACTS)
def test_a_token_that_may_only_read_writes_nothing_for_whomever(act):
    ArticleFactory(slug="the-source")
    ActorFactory(slug="norland")
    owner = UserFactory(role="administrator")
    key = TokenFactory(user=owner, scopes=["read"]).key
    before = database_state()
    client = APIClient(headers={"authorization": f"Bearer {key}"})
    assert attempt_write(client, act, "published").status_code == 403
    assert database_state() == before


def test_a_token_that_may_propose_proposes_and_retracts_nothing():
    ActorFactory(slug="norland")
    client = writer_client("administrator", "propose")
    assert attempt_write(client, "change", "published").status_code == 202
    assert attempt_write(client, "retract", "published").status_code == 403
    assert Actor.objects.get(slug="norland").publication == Record.Publication.PUBLISHED

"""Bodies, forms and ticks beyond any measure: plain words, soon, and nothing written."""

import pytest
from django.urls import reverse

from apps.documents.serializers import MAX_LIST_ENTRIES, MAX_UNKNOWN_KEYS
from apps.ledger.models import Proposal, Version
from tests.support.desk import Desk, database_state
from tests.support.writing import NORLAND_DOCUMENT, document_errors, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS = "/api/v1/actors/"


def test_a_list_has_an_end():
    ArticleFactory(slug="the-source")
    client = writer_client()
    names = [
        {"name": f"Norland {n}", "kind": "short", "language": "en"}
        for n in range(MAX_LIST_ENTRIES + 1)
    ]
    before = database_state()
    refused = document_errors(
        client.post(f"{ACTORS}?reason=Read", NORLAND_DOCUMENT | {"names": names})
    )
    assert refused == {"/names": "At most 1,000 entries; here are 1,001."}
    assert database_state() == before
    fine = client.post(
        f"{ACTORS}?dry_run=true&reason=Read", NORLAND_DOCUMENT | {"names": names[:-1]}
    )
    assert (fine.status_code, fine.json().get("errors")) == (200, None)


def test_of_very_many_unknown_keys_some_are_named():
    odd = {f"key{n}": n for n in range(MAX_UNKNOWN_KEYS + 7)}
    refused = document_errors(writer_client().post(f"{ACTORS}?reason=Read", NORLAND_DOCUMENT | odd))
    assert len(refused) == MAX_UNKNOWN_KEYS + 1
    assert refused[""] == "7 more keys are unknown."


def test_of_very_many_unknown_slugs_the_first_are_compared_with_known_ones():
    ArticleFactory(slug="the-source")
    citations = [{"article": "the-sourec", "note": str(n)} for n in range(150)]
    refused = document_errors(
        writer_client().post(f"{ACTORS}?reason=Read", NORLAND_DOCUMENT | {"citations": citations})
    )
    assert len(refused) == 150
    assert sum("Did you mean “the-source”?" in reason for reason in refused.values()) == 100


def test_a_body_may_be_as_long_as_a_file():
    ArticleFactory(slug="the-source")
    notes = [{"article": "the-source", "note": "x" * 400 + str(n)} for n in range(7)]
    record = NORLAND_DOCUMENT | {"summary": "x" * 990, "citations": notes}
    long = [record | {"slug": f"norland-{n}"} for n in range(1000)]
    response = writer_client().post(
        f"{ACTORS}?dry_run=true&reason=Read", [*long[:-1], {"slug": "a"}]
    )
    assert len(response.wsgi_request.body) > 2_700_000
    errors = document_errors(response)
    assert {pointer.split("/")[1] for pointer in errors} == {"999"}, list(errors.items())[:2]


def test_a_form_is_shorter_than_a_file(client):
    body = b"username=" + b"x" * 2_700_000
    form = "application/x-www-form-urlencoded"
    assert client.post("/admin/login/", body, content_type=form).status_code == 413


def test_a_form_promises_no_more_rows_than_a_list_has(client):
    desk = Desk(client, writer_client("editor").user)
    sent = desk.form_at("/admin/actors/actor/add/") | {"names-TOTAL_FORMS": "999999999"}
    errors_shown = desk.save_at("/admin/actors/actor/add/", sent)
    assert "1000" in "".join(errors_shown["names"])


@pytest.mark.parametrize("ticked", ["x", "1\0", "", "½"])
@pytest.mark.parametrize("action", ["publish", "edit_together"])
def test_what_is_no_row_of_a_list_cannot_be_ticked(client, ticked, action):
    ActorFactory()
    desk, before = Desk(client, writer_client("editor").user), database_state()
    sent = {"action": action, "_selected_action": ticked, "index": 0}
    answer = desk.client.post("/admin/actors/actor/", sent, follow=True)
    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]] == ["Tick rows of the list."]
    assert database_state() == before


@pytest.mark.parametrize("act", ["approve", "send_back", "refuse"])
def test_a_remark_is_text(client, act):
    actor = ActorFactory()
    author, reviewer = writer_client("contributor").user, Desk(client, writer_client("editor").user)
    proposal = Proposal.objects.create(
        type="actors",
        slug=actor.slug,
        document=actor.document,
        author=author,
        base=Version.objects.for_record(actor).first(),
        state=Proposal.State.WAITING,
    )
    before = database_state()
    sent = {"act": act, "text": "a\0b", "side-\0": "\0"}
    answer = reviewer.client.post(
        reverse("admin:ledger_proposal_change", args=[proposal.pk]), sent, follow=True
    )
    assert [str(message) for message in answer.context["messages"]] == [
        "The character U+0000 is not allowed in text."
    ]
    proposal.refresh_from_db()
    assert (proposal.state, database_state()) == (Proposal.State.WAITING, before)

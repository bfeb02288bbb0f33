"""A record's history on its page: what each revision changed, and the way back to it."""

import html
import re
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import Permission, User

from apps.core.models import Record
from apps.documents.faults import RefusedError
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.documents.acts import change_record, retract_record, revert
from tests.merging.acts import merge
from tests.support.desk import Desk, FormReader, database_state
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT


@pytest.fixture
def desk(client: Any) -> Desk:
    """A publisher's."""
    return Desk(client, User.objects.create_superuser("curator"))


def account_with_permissions(name: str, *acts: str) -> User:
    """Somebody who may do this."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=acts))
    return user


def version_address(desk: Desk, record: Record, version: Version) -> str:
    """The page of a line of a record's history."""
    return desk.address(record).replace("/change/", f"/versions/{version.pk}/")


def history_oldest_first(record: Record) -> list[Version]:
    """A record's history, oldest first."""
    return list(reversed(Version.objects.for_record(record)))


def page_text(page: Any) -> str:
    """What a page says, without its tags."""
    assert page.status_code == 200
    return html.unescape(re.sub(r"(<[^>]+>|\s)+", " ", page.content.decode()))


def send_version_form(desk: Desk, path: str, act: str, **typed: str) -> Any:
    """Send the form of a version's page, as it is shown, by one of its buttons."""
    shown = FormReader(desk.client.get(path).content.decode()).data
    return desk.client.post(path, shown | {"act": act, **typed}, follow=True)


def unstamped_document(record: Record) -> dict[str, Any]:
    """A record's public document without what every revision changes."""
    record.refresh_from_db()
    document: dict[str, Any] = orjson.loads(record.document)
    return {key: document[key] for key in document if key not in ("revision", "updated_at")}


def test_every_type_goes_back_to_what_it_said(endpoint, make):
    record = make(summary="At first.")
    before = unstamped_document(record)
    change_record(record, summary="Later.", certainty="disputed")
    number = revert(history_oldest_first(record)[0], reason="Right at first")
    assert unstamped_document(record) == before
    assert number == record.revision == Dataset.current_revision()
    assert history_oldest_first(record)[-1].operation == "updated"


def test_lists_come_back_with_the_rest():
    treaty = AgreementFactory(parties=[{"actor": ActorFactory(slug="norland")}])
    treaty.parties.all().delete()
    change_record(treaty, summary="Without parties.")
    assert unstamped_document(treaty)["parties"] == []
    revert(history_oldest_first(treaty)[0], reason="They signed it")
    assert [row["actor"] for row in unstamped_document(treaty)["parties"]] == ["norland"]


def test_what_was_retracted_is_published_again(desk, api):
    place = PlaceFactory()
    before = unstamped_document(place)
    retract_record(place)
    path = version_address(desk, place, history_oldest_first(place)[0])
    send_version_form(desk, path, "revert")
    assert api.get(f"/api/v1/places/{place.slug}/").status_code == 200
    assert unstamped_document(place) == before


def test_a_draft_remains_a_draft():
    draft = ActorFactory(publication=DRAFT, name="First")
    change_record(draft, name="Second")
    number = revert(history_oldest_first(draft)[0], reason="The first was right")
    draft.refresh_from_db()
    assert (draft.name, draft.publication, draft.document, number) == ("First", DRAFT, None, None)


def test_a_reference_that_is_gone_is_named_and_nothing_is_written(desk):
    league = ActorFactory(slug="league")
    member = MembershipFactory(organisation=league)
    change_record(member, organisation=ActorFactory())
    retract_record(league)
    before = database_state()
    page = send_version_form(
        desk, version_address(desk, member, history_oldest_first(member)[0]), "revert"
    )
    assert "organisation: The actor “league” is not published." in page_text(page)
    assert database_state() == before


def test_a_document_that_its_type_does_not_know_any_more_is_refused_by_name():
    actor = ActorFactory()
    change_record(actor, summary="Later.")
    first = history_oldest_first(actor)[0]
    first.document = first.document.replace('"region"', '"continent"')
    with pytest.raises(RefusedError, match=r"continent: Unknown key"):
        revert(first, reason="Right at first")


def test_the_reason_is_asked_for_and_prefilled(desk):
    actor = ActorFactory(summary="At first.")
    change_record(actor, summary="Later.")
    path = version_address(desk, actor, history_oldest_first(actor)[0])
    shown = FormReader(desk.client.get(path).content.decode()).data
    assert shown["reason"] == [f"Back to revision {history_oldest_first(actor)[0].revision.number}"]
    before = database_state()
    assert "This field is required" in page_text(
        send_version_form(desk, path, "revert", reason=" ")
    )
    assert database_state() == before
    send_version_form(desk, path, "revert", reason="Right at first")
    made = Revision.objects.first()
    assert (made.user.username, made.reason, made.origin) == ("curator", "Right at first", "admin")


def test_a_line_of_the_history_leads_to_what_it_changed(desk):
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    treaty = AgreementFactory(parties=[{"actor": norland}, {"actor": sorland}], summary="Of two.")
    treaty.parties.filter(actor=sorland).delete()
    change_record(treaty, summary="Of one.")
    page = desk.client.get(desk.address(treaty)).content.decode()
    lines = re.findall(r'class="version" href="([^"]+)"', page)
    assert lines == [
        version_address(desk, treaty, version) for version in reversed(history_oldest_first(treaty))
    ]
    assert page.count('class="revert"') == 1
    said = page_text(desk.client.get(lines[0]))
    assert "What it changed" in said
    assert "summary Of two. Of one." in said
    assert "parties actor: sorland · role: party nothing" in said
    assert "norland" not in said.partition("What it changed")[2]


def test_a_proposer_reverts_by_a_proposal(client):
    actor = ActorFactory(summary="At first.")
    change_record(actor, summary="Later.")
    user = account_with_permissions("contributor", "propose")
    desk = Desk(client, user)
    public = unstamped_document(actor)
    send_version_form(
        desk,
        version_address(desk, actor, history_oldest_first(actor)[0]),
        "revert",
        reason="Right at first",
    )
    assert unstamped_document(actor) == public
    proposal = Proposal.objects.get()
    assert (proposal.author, proposal.state, proposal.reason) == (user, "waiting", "Right at first")
    assert orjson.loads(proposal.document)["summary"] == "At first."


def test_who_may_do_nothing_sees_no_button_and_can_send_none(client):
    actor = ActorFactory(summary="At first.")
    change_record(actor, summary="Later.")
    desk = Desk(client, account_with_permissions("guest", "view_actor"))
    path = version_address(desk, actor, history_oldest_first(actor)[0])
    assert "revert_form" not in client.get(path).content.decode()
    before = database_state()
    answer = client.post(path, {"act": "revert", "reason": "Right at first"})
    assert "You may" in page_text(answer) or "may not" in page_text(answer)
    assert database_state() == before


def test_drafts_of_others_are_seen_by_who_works_on_drafts_alone(client, desk):
    actor = ActorFactory()
    retract_record(actor)
    change_record(actor, publication=DRAFT, summary="canary")
    path = version_address(desk, actor, history_oldest_first(actor)[-1])
    assert "canary" in page_text(client.get(path))
    client.force_login(account_with_permissions("contributor", "propose"))
    assert client.get(path).status_code == 404


def test_a_line_of_another_record_is_not_found(desk):
    actor, other = ActorFactory(), ActorFactory()
    path = version_address(desk, actor, history_oldest_first(other)[0])
    assert desk.client.get(path).status_code == 404
    assert desk.client.post(path, {"act": "revert", "reason": "So"}).status_code == 404


def test_a_merge_is_taken_apart_from_the_page_of_either_record(desk, api):
    for pick in (0, 1):
        pair = ActorFactory(), ActorFactory()
        merge(*pair, reason="The same")
        page = desk.client.get(desk.address(pair[pick])).content.decode()
        assert ("Merged into another record" in page) is (pick == 1)
        send_version_form(
            desk,
            version_address(desk, pair[pick], history_oldest_first(pair[pick])[-1]),
            "take_apart",
            reason="No",
        )
        assert api.get(f"/api/v1/actors/{pair[1].slug}/").status_code == 200


def test_what_keeps_a_merge_together_is_said(desk):
    survivor, other = ActorFactory(), ActorFactory()
    merge(survivor, other, reason="The same")
    change_record(survivor, summary="Otherwise.")
    page = send_version_form(
        desk,
        version_address(desk, other, history_oldest_first(other)[-1]),
        "take_apart",
        reason="No",
    )
    assert f"{survivor.slug}: It has changed since the merge, in revision" in page_text(page)

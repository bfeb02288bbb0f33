"""The page of a merge: it does what a call would do, says what stands in the way, and to whom."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from apps.core.models import Record
from apps.core.permissions import Act
from tests.desk.test_revert import account_with_permissions, page_text
from tests.documents.acts import change_record
from tests.support.desk import Desk, FormReader, database_state
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT


@pytest.fixture
def desk(client: Any) -> Desk:
    """A publisher's."""
    return Desk(client, User.objects.create_superuser("curator"))


def send_merge_form(desk: Desk, path: str, **typed: str) -> Any:
    """Send the form of a merge, as it is shown."""
    shown = FormReader(desk.client.get(path).content.decode()).data
    return desk.client.post(path, shown | typed, follow=True)


def test_a_merge_by_its_page_is_what_a_call_would_do(desk, api):
    survivor = ActorFactory(slug="kept", name="Norland", summary="Ours.")
    other = ActorFactory(slug="gone", name="Norlandia", summary="Theirs.")
    member = MembershipFactory(actor=other)
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    page = desk.client.get(path)
    assert page.context["moves"] == [
        ("memberships", 1, [(desk.address(member), str(member), "published")])
    ]
    assert desk.address(member) in page.content.decode()
    assert not page.context["faults"]
    side = {"side-summary": "other", "alias": "former"}
    answer = send_merge_form(desk, path, reason="One state", **side)
    assert [m.level_tag for m in answer.context["messages"]] == ["success"]
    now = api.get("/api/v1/actors/kept/").json()
    assert (now["summary"], now["name"]) == ("Theirs.", "Norland")
    assert [(row["name"], row["kind"]) for row in now["names"]] == [("Norlandia", "former")]
    assert api.get("/api/v1/actors/gone/").status_code == 308
    assert api.get(f"/api/v1/memberships/{member.slug}/").json()["actor"] == "kept"
    entry = api.get("/api/v1/actors/gone/history/").json()["results"][0]
    assert (entry["by"], entry["reason"], entry["into"]) == ("curator", "One state", "kept")


def test_what_stands_in_the_way_is_shown_before_anything_is_done(desk):
    survivor, other = ActorFactory(), ActorFactory()
    ArmsTransferFactory(slug="between", supplier=other, recipient=survivor)
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = database_state()
    for page in (desk.client.get(path), send_merge_form(desk, path, reason="The same")):
        assert "between: recipient: Supplier and recipient are two." in page_text(page)
    assert database_state() == before


def test_a_merge_needs_a_reason_and_both_as_they_were_shown(desk):
    survivor, other = ActorFactory(), ActorFactory()
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = database_state()
    assert "This field is required" in page_text(send_merge_form(desk, path, reason=" "))
    assert database_state() == before
    shown = FormReader(desk.client.get(path).content.decode()).data
    change_record(other, summary="Changed meanwhile.")
    before = database_state()
    answer = desk.client.post(path, shown | {"reason": "The same"})
    assert "was changed meanwhile" in page_text(answer)
    assert database_state() == before


def test_the_other_record_is_chosen_by_typing_a_part_of_its_name(desk, make):
    record = make()
    page = desk.client.get(desk.address(record, "merge_with")).content.decode()
    assert 'class="admin-autocomplete' in page
    model = type(record).parts()["citations"]
    asked = {
        "term": str(record)[:3],
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": "record",
    }
    answer = desk.client.get("/admin/autocomplete/", asked)
    assert str(record.pk) in [result["id"] for result in answer.json()["results"]]


@pytest.mark.parametrize("other", ["", "x", "0", "-1", "9" * 30, "itself"])
def test_a_record_is_not_merged_with_nothing_or_itself(desk, other):
    record, before = ActorFactory(), database_state()
    other = str(record.pk) if other == "itself" else other
    path = f"{desk.address(record, 'merge_with')}?with={other}"
    assert desk.client.get(path).status_code == 200
    assert desk.client.post(path, {"reason": "The same"}).status_code == 200
    assert len(database_state()["Actor"]) == len(before["Actor"])


def test_a_draft_is_not_merged(desk):
    record, draft = ActorFactory(), ActorFactory(publication=DRAFT)
    page = desk.client.get(f"{desk.address(record, 'merge_with')}?with={draft.pk}")
    assert "Only published records are merged" in page_text(page)


def test_the_page_of_merges_is_for_who_may_publish(client):
    survivor, other = ActorFactory(), ActorFactory()
    desk = Desk(
        client,
        account_with_permissions(
            "editor", *(act.partition(".")[2] for act in Act if act != Act.PUBLISH)
        ),
    )
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = database_state()
    assert client.get(path).status_code == 403
    assert client.post(path, {"reason": "The same", "seen": "1-1"}).status_code == 403
    assert database_state() == before
    assert "merge_with" not in client.get(desk.address(survivor)).content.decode()

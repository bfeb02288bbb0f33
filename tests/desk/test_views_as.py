"""“View as API, CSV, curl, Python”: what a page of the desk shows is a query of the API."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from apps.ledger.models import Proposal, Revision
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record
from tests.exchange.factories import BatchFactory
from tests.support.desk import Desk
from tests.types.actors.factories import ActorFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<details class="views-of" id="views-as">(.+?)</details>', re.S)


@pytest.fixture
def desk(client: Any) -> Desk:
    return Desk(client, UserFactory(is_superuser=True))


def views_as_block(desk: Desk, address: str) -> tuple[list[str], str]:
    """The links of the block on a page, and its text; nothing if there is none."""
    blocks = BLOCK.findall(desk.client.get(address).content.decode())
    assert len(blocks) <= 1
    block = blocks[0] if blocks else ""
    return [unescape(link) for link in re.findall('href="(.+?)"', block)], unescape(block)


def answer_status(client: Any, address: str) -> int:
    """How an address is answered, to its last byte."""
    response = client.get(address)
    assert response.getvalue()
    return int(response.status_code)


def last_parts_of_names(pages: list[str]) -> list[str]:
    """The last part of the names of addresses, without what stands before the API's root."""
    return [page.removeprefix("/api/v1/") for page in pages]


def test_every_link_on_the_pages_of_a_type_is_answered(desk, api, endpoint, make):
    record = make()
    pages = [desk.address(type(record)), desk.address(record), desk.address(type(record), "add")]
    for page in pages:
        links, _ = views_as_block(desk, page)
        assert len(links) == 5
        assert [answer_status(api, link) for link in links] == [200] * 5
        assert all(f"/api/v1/{endpoint}/" in link for link in links)


def test_the_conditions_of_a_list_are_those_of_the_query(desk, api):
    ArmsTransferFactory(slug="whole", is_aggregate=True, certainty="alleged")
    ArmsTransferFactory(slug="part", certainty="alleged")
    address = "/admin/arms_transfers/armstransfer/?is_aggregate__exact=1&certainty__exact=alleged"
    links, text = views_as_block(
        desk, f"{address}&attention=single_source&publication__exact=published&p=1"
    )
    assert last_parts_of_names(links)[0] == "arms-transfers/?is_aggregate=true&certainty=alleged"
    assert [result["slug"] for result in api.get(links[0]).json()["results"]] == ["whole"]
    assert "Without the list's own conditions: attention." in text
    assert f'curl "http://testserver{links[1]}"' in text
    links, text = views_as_block(
        desk, "/admin/arms_transfers/armstransfer/?attention=disputed&q=whole"
    )
    assert (
        last_parts_of_names(links)[0]
        == "arms-transfers/?disputed=true&q=whole&is_aggregate__in=true%2Cfalse"
    )
    assert "Without" not in text


def test_as_many_are_in_the_api_as_in_the_list_of_the_desk(desk, api):
    whole = ArmsTransferFactory(slug="whole", is_aggregate=True)
    ArmsTransferFactory(slug="part", part_of=whole)
    assert api.get("/api/v1/arms-transfers/").json()["count"] == 1
    links, _ = views_as_block(desk, "/admin/arms_transfers/armstransfer/")
    assert api.get(links[0]).json()["count"] == 2


def test_a_draft_is_in_the_api_nowhere(desk):
    assert views_as_block(desk, desk.address(ActorFactory(publication="draft")))[0] == []


def test_what_is_no_record_leads_to_the_feed_or_to_proposals(desk, api):
    actor = ActorFactory(slug="norland")
    change_record(actor, summary="New.")
    made = Revision.objects.exclude(number=None).first()
    batch = BatchFactory(revision=made)
    proposal = Proposal.objects.create(
        type="actors", slug="norland", document=actor.document, author=desk.user
    )
    version = reverse(
        "admin:actors_actor_version", args=[actor.pk, made.versions.get(slug="norland").pk]
    )
    for page, wanted in (
        (reverse("admin:index"), ""),
        (reverse("admin:ledger_revision_changelist"), "changes/"),
        (
            reverse("admin:ledger_revision_change", args=[made.pk]),
            f"changes/?since={made.number - 1}",
        ),
        (reverse("admin:ledger_proposal_changelist"), "proposals/"),
        (reverse("admin:ledger_proposal_change", args=[proposal.pk]), f"proposals/{proposal.pk}/"),
        (
            reverse("admin:exchange_batch_change", args=[batch.pk]),
            f"changes/?since={made.number - 1}&type=actors",
        ),
        (version, "actors/norland/history/"),
    ):
        links, text = views_as_block(desk, page)
        assert last_parts_of_names(links) == [wanted], page
        is_private = wanted.startswith("proposals")
        assert ("Authorization: Bearer" in text) == is_private
        assert (answer_status(api, links[0]) == 200) != is_private
        assert answer_status(desk.client, links[0]) == 200


@pytest.mark.parametrize("page", ["auth_user", "accounts_token", "exchange_batch"])
def test_what_the_api_does_not_have_is_not_promised(desk, page):
    assert views_as_block(desk, reverse(f"admin:{page}_changelist")) == ([], "")

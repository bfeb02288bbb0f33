"""Proposals by the API: for the author and for reviewers; for all others there are none."""

import orjson
import pytest
from rest_framework.test import APIClient

from apps.core.models import Record
from apps.ledger.models import Proposal
from apps.review import acts
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record
from tests.support.writing import NORLAND_DOCUMENT, if_match_header, record_address, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
PROPOSALS = "/api/v1/proposals/"


@pytest.fixture
def contributor() -> APIClient:
    return writer_client("contributor")


@pytest.fixture
def editor() -> APIClient:
    return writer_client("editor")


def propose_by_api(client: APIClient, **values: str) -> tuple[Proposal, str]:
    """Propose a change of an actor; the proposal and where it is."""
    actor = ActorFactory(summary="Old.", founded_on="1990")
    response = client.patch(
        f"{record_address(actor)}?reason=Read", values, headers=if_match_header(actor)
    )
    assert response.status_code == 202
    return Proposal.objects.get(pk=response.json()["proposal"]), response["Location"]


def test_the_author_reads_what_was_proposed_and_how_it_differs(contributor):
    proposal, url = propose_by_api(contributor, summary="New.")
    response = contributor.get(url)
    body = response.json()
    assert response["Cache-Control"] == "private, no-store"
    assert {key: body[key] for key in ("proposal", "url", "state", "type", "slug", "reason")} == {
        "proposal": proposal.pk,
        "url": url,
        "state": "waiting",
        "type": "actors",
        "slug": proposal.slug,
        "reason": "Read",
    }
    assert body["changes"] == [{"field": "summary", "from": "Old.", "to": "New."}]
    assert (body["moved_on"], body["conflicts"], body["revision"]) == (False, [], None)
    assert body["document"] == orjson.loads(proposal.document)
    (remark,) = body["remarks"]
    assert (remark["by"], remark["act"]) == (contributor.user.username, "proposed")


def test_a_reviewer_reads_it_and_the_author_reads_the_decision(contributor, editor):
    proposal, url = propose_by_api(contributor, summary="New.")
    assert editor.get(url).json()["author"] == contributor.user.username
    acts.approve([proposal], editor.user, "Right.")
    body = contributor.get(url).json()
    proposal.refresh_from_db()
    assert (body["state"], body["revision"]) == ("approved", proposal.revision.number)
    assert (body["changes"], body["remarks"][-1]["text"]) == ([], "Right.")


def test_for_all_others_there_is_no_proposal(contributor, api):
    _, url = propose_by_api(contributor, summary="zqcanary")
    for client in (writer_client("contributor"), writer_client(None), api):
        response = client.get(url)
        assert response.status_code == 404
        assert response.content == client.get(url.replace("proposals/", "proposals/999")).content \
            .replace(b"proposals/999", b"proposals/")  # fmt: skip
    assert api.get(PROPOSALS).status_code == 401
    for client in (
        writer_client("contributor"),
        writer_client(None),
        writer_client("editor", "propose"),
    ):
        assert client.get(PROPOSALS).json()["results"] == []


def test_a_list_has_ones_own_and_all_for_reviewers(contributor, editor):
    first, _ = propose_by_api(contributor, summary="New.")
    second, _ = propose_by_api(writer_client("contributor"), summary="Newer.")
    acts.refuse(second, editor.user, "No source says so.")

    def listed(client: APIClient, query: str = "") -> list[int]:
        return [
            proposal["proposal"] for proposal in client.get(f"{PROPOSALS}{query}").json()["results"]
        ]

    assert listed(contributor) == [first.pk]
    assert listed(editor) == [second.pk, first.pk]
    assert listed(editor, "?state=waiting") == [first.pk]
    assert listed(editor, "?state=waiting&state=refused&page_size=1") == [second.pk]
    assert listed(editor, "?page=2&page_size=1") == [first.pk]
    assert problem_reasons(editor.get(f"{PROPOSALS}?state=waitng"))["state"][0].endswith(
        "“waiting”?"
    )


def test_what_was_changed_meanwhile_is_told(contributor):
    proposal, url = propose_by_api(contributor, summary="Proposed.")
    actor = ActorFactory._meta.model.objects.get(slug=proposal.slug)
    change_record(actor, summary="Published.", founded_on="1991")
    body = contributor.get(url).json()
    assert (body["moved_on"], body["conflicts"]) == (True, ["summary"])
    assert body["changes"] == [{"field": "summary", "from": "Published.", "to": "Proposed."}]


def test_a_draft_of_somebody_else_is_not_told(contributor):
    proposal, url = propose_by_api(contributor, summary="Proposed.")
    actor = ActorFactory._meta.model.objects.get(slug=proposal.slug)
    change_record(actor, publication=Record.Publication.RETRACTED)
    change_record(actor, publication=Record.Publication.DRAFT, summary="zqcanary")
    assert "zqcanary" not in contributor.get(url).content.decode()


def test_a_list_costs_the_same_queries_however_long_it_is(contributor, queries):
    ArticleFactory(slug="the-source")
    contributor.post("/api/v1/actors/", NORLAND_DOCUMENT)

    def cost() -> int:
        with queries() as counted:
            contributor.get(PROPOSALS)
        return len(counted)

    contributor.get(PROPOSALS)
    short = cost()
    contributor.post("/api/v1/actors/", [{**NORLAND_DOCUMENT, "slug": f"n-{n}"} for n in range(9)])
    assert cost() == short


def test_what_is_held_is_not_sent_again_and_nothing_else_is_done_here(contributor):
    _, url = propose_by_api(contributor, summary="New.")
    for path in (url, PROPOSALS):
        tag = contributor.get(path)["ETag"]
        assert contributor.get(path, headers={"if-none-match": tag}).status_code == 304
        for method in ("post", "put", "patch", "delete"):
            assert getattr(contributor, method)(path, {}).status_code == 405
    assert contributor.get(f"{PROPOSALS}{'9' * 18}/").status_code == 404
    assert contributor.get(f"{PROPOSALS}x/").status_code == 404

"""A list of documents in one POST: all of them or none, and every fault at its place."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.api.writes.views import MAX_DOCUMENTS
from apps.ledger.models import Dataset, Proposal
from tests.support.desk import database_state
from tests.support.writing import NORLAND_DOCUMENT, document_errors, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS = "/api/v1/actors/"


@pytest.fixture
def publisher() -> APIClient:
    ArticleFactory(slug="the-source")
    return writer_client()


def actor_document(slug: str, **more: Any) -> dict[str, Any]:
    return {**NORLAND_DOCUMENT, "slug": slug, **more}


def test_a_list_is_one_revision_and_may_name_its_own_members_in_any_order(publisher, api):
    number = Dataset.current_revision()
    new = [
        actor_document("b-land", parent="a-land"),
        actor_document("a-land", parent="c-land"),
        actor_document("c-land"),
    ]
    response = publisher.post(ACTORS, new)
    assert response.status_code == 201
    assert response.json() == {
        "revision": number + 1,
        "created": [
            {"slug": slug, "url": f"http://testserver{ACTORS}{slug}/"}
            for slug in ("b-land", "a-land", "c-land")
        ],
    }
    assert Dataset.current_revision() == number + 1
    assert api.get(f"{ACTORS}b-land/").json()["parent"] == "a-land"


def test_one_bad_document_among_good_ones_stores_nothing_and_all_faults_are_named(publisher):
    taken = ActorFactory().slug
    before = database_state()
    citations = [{"article": "the-source"}, {"article": "none"}]
    new = [
        actor_document("a-land"),
        actor_document("b-land", kind="stat", citations=citations),
        actor_document("a-land"),
        3,
    ]
    errors = document_errors(
        publisher.post(ACTORS, [*new, actor_document("c-land", names=[{"nmae": "x"}])])
    )
    assert set(errors) == {
        *("/1/kind", "/1/citations/1/article", "/2/slug", "/3", "/4/names/0/nmae"),
    }
    assert "/0" in errors["/2/slug"]
    errors = document_errors(
        publisher.post(
            ACTORS, [actor_document("a-land"), actor_document(taken), actor_document("not a slug")]
        )
    )
    assert set(errors) == {"/1/slug"}
    assert database_state() == before


def test_what_the_gate_refuses_is_named_at_its_place(publisher):
    before = database_state()
    new = [actor_document("a-land"), actor_document("b-land", citations=[])]
    assert list(document_errors(publisher.post(ACTORS, new))) == ["/1/citations"]
    assert database_state() == before


def test_references_in_a_circle_are_refused(publisher):
    new = [actor_document("a-land", parent="b-land"), actor_document("b-land", parent="a-land")]
    assert "circle" in str(document_errors(publisher.post(ACTORS, new)))


def test_a_list_has_from_one_to_a_thousand_documents(publisher):
    before = database_state()
    for some in ([], [{}] * (MAX_DOCUMENTS + 1)):
        assert document_errors(publisher.post(ACTORS, some)) == {"": "From 1 to 1,000 documents."}
    assert database_state() == before


def test_a_thousand_documents_are_written_in_few_statements(publisher, queries):
    def cost(new: list[Any]) -> int:
        with queries() as counted:
            assert publisher.post(ACTORS, new).status_code == 201
        return len(counted)

    many = [actor_document(f"land-{n}") for n in range(200)]
    cost([actor_document("first-land")])  # what is looked up once
    assert cost(many) - cost([actor_document("other-land")]) < 199 * 8
    assert Actor.objects.published().filter(slug__startswith="land-").count() == 200


def test_a_list_of_who_may_only_propose_is_a_proposal_each():
    ArticleFactory(slug="the-source")
    contributor, before = writer_client("contributor"), database_state()
    response = contributor.post(
        ACTORS, [actor_document("a-land", parent="b-land"), actor_document("b-land")]
    )
    assert response.status_code == 202
    proposals = response.json()["proposals"]
    assert [proposal["slug"] for proposal in proposals] == ["a-land", "b-land"]
    assert response["Location"] == "http://testserver/api/v1/proposals/"
    assert Proposal.objects.waiting().count() == 2
    assert database_state() == before


def test_a_dry_run_of_a_list_says_what_would_become_of_each(publisher):
    before = database_state()
    body = publisher.post(
        f"{ACTORS}?dry_run=true", [actor_document("a-land"), actor_document("b-land")]
    ).json()
    assert [(outcome["slug"], outcome["op"]) for outcome in body["records"]] == [
        ("a-land", "created"),
        ("b-land", "created"),
    ]
    assert database_state() == before

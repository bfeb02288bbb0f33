"""A list of documents in one POST: all of them or none, and every fault at its place."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.api.writes.views import MOST
from apps.ledger.models import Dataset, Proposal
from tests.support.desk import everything
from tests.support.writing import NORLAND, errors, writer
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS = "/api/v1/actors/"


@pytest.fixture
def publisher() -> APIClient:
    ArticleFactory(slug="the-source")
    return writer()


def actor(slug: str, **more: Any) -> dict[str, Any]:
    return {**NORLAND, "slug": slug, **more}


def test_a_list_is_one_revision_and_may_name_its_own_members_in_any_order(publisher, api):
    number = Dataset.current()
    new = [actor("b-land", parent="a-land"), actor("a-land", parent="c-land"), actor("c-land")]
    response = publisher.post(ACTORS, new)
    assert response.status_code == 201
    assert response.json() == {
        "revision": number + 1,
        "created": [
            {"slug": slug, "url": f"http://testserver{ACTORS}{slug}/"}
            for slug in ("b-land", "a-land", "c-land")
        ],
    }
    assert Dataset.current() == number + 1
    assert api.get(f"{ACTORS}b-land/").json()["parent"] == "a-land"


def test_one_bad_document_among_good_ones_stores_nothing_and_all_faults_are_named(publisher):
    taken = ActorFactory().slug
    before = everything()
    citations = [{"article": "the-source"}, {"article": "none"}]
    new = [actor("a-land"), actor("b-land", kind="stat", citations=citations), actor("a-land"), 3]
    found = errors(publisher.post(ACTORS, [*new, actor("c-land", names=[{"nmae": "x"}])]))
    assert set(found) == {
        *("/1/kind", "/1/citations/1/article", "/2/slug", "/3", "/4/names/0/nmae"),
    }
    assert "/0" in found["/2/slug"]
    found = errors(publisher.post(ACTORS, [actor("a-land"), actor(taken), actor("not a slug")]))
    assert set(found) == {"/1/slug"}
    assert everything() == before


def test_what_the_gate_refuses_is_named_at_its_place(publisher):
    before = everything()
    new = [actor("a-land"), actor("b-land", citations=[])]
    assert list(errors(publisher.post(ACTORS, new))) == ["/1/citations"]
    assert everything() == before


def test_references_in_a_circle_are_refused(publisher):
    new = [actor("a-land", parent="b-land"), actor("b-land", parent="a-land")]
    assert "circle" in str(errors(publisher.post(ACTORS, new)))


def test_a_list_has_from_one_to_a_thousand_documents(publisher):
    before = everything()
    for some in ([], [{}] * (MOST + 1)):
        assert errors(publisher.post(ACTORS, some)) == {"": "From 1 to 1,000 documents."}
    assert everything() == before


def test_a_thousand_documents_are_written_in_few_statements(publisher, queries):
    def cost(new: list[Any]) -> int:
        with queries() as counted:
            assert publisher.post(ACTORS, new).status_code == 201
        return len(counted)

    many = [actor(f"land-{n}") for n in range(200)]
    cost([actor("first-land")])  # what is looked up once
    assert cost(many) - cost([actor("other-land")]) < 199 * 8
    assert Actor.objects.published().filter(slug__startswith="land-").count() == 200


def test_a_list_of_who_may_only_propose_is_a_proposal_each():
    ArticleFactory(slug="the-source")
    contributor, before = writer("contributor"), everything()
    response = contributor.post(ACTORS, [actor("a-land", parent="b-land"), actor("b-land")])
    assert response.status_code == 202
    found = response.json()["proposals"]
    assert [one["slug"] for one in found] == ["a-land", "b-land"]
    assert response["Location"] == "http://testserver/api/v1/proposals/"
    assert Proposal.objects.waiting().count() == 2
    assert everything() == before


def test_a_dry_run_of_a_list_says_what_would_become_of_each(publisher):
    before = everything()
    body = publisher.post(f"{ACTORS}?dry_run=true", [actor("a-land"), actor("b-land")]).json()
    assert [(one["slug"], one["op"]) for one in body["records"]] == [
        ("a-land", "created"),
        ("b-land", "created"),
    ]
    assert everything() == before

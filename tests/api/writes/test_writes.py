"""POST, PUT, PATCH and DELETE of one record: the very document that GET gives."""

import orjson
import pytest
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.core.models import Record
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.documents.acts import change_record, retract_record
from tests.support.desk import database_state
from tests.support.writing import (
    NORLAND_DOCUMENT,
    STAMP_KEYS,
    document_errors,
    if_match_header,
    record_address,
    stored_document,
    writer_client,
)
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS = "/api/v1/actors/"


@pytest.fixture
def publisher() -> APIClient:
    return writer_client()


@pytest.fixture
def contributor() -> APIClient:
    return writer_client("contributor")


def test_what_is_posted_is_published_and_answered_as_get_answers_it(publisher, api):
    ArticleFactory(slug="the-source")
    response = publisher.post(f"{ACTORS}?reason=Read", NORLAND_DOCUMENT)
    read = api.get(f"{ACTORS}norland/")
    assert (response.status_code, response.content) == (201, read.content)
    assert response["Location"] == f"http://testserver{ACTORS}norland/"
    assert response["ETag"] == read["ETag"]
    assert response["Cache-Control"] == "private, no-store"
    made = Revision.objects.get(number=Dataset.current_revision())
    assert (made.user, made.reason, made.origin) == (publisher.user, "Read", "api")


def test_the_document_that_get_gives_is_put_without_leaving_a_trace(publisher, api, endpoint, make):
    record = make()
    before, seen = database_state(), if_match_header(record)
    whole = api.get(record_address(record)).json()
    response = publisher.put(record_address(record), whole, headers=seen)
    assert response.status_code == 200
    assert response.json() == whole
    assert response["ETag"] == seen["if-match"]
    assert database_state() == before


def test_a_document_of_every_type_is_posted_and_comes_back(publisher, endpoint, make):
    whole = stored_document(make())
    new = {key: value for key, value in whole.items() if key not in STAMP_KEYS} | {
        "slug": "posted-one"
    }
    response = publisher.post(f"/api/v1/{endpoint}/", {**new, "external_ids": []})
    assert response.status_code == 201, response.content
    answer = response.json()
    assert {k: v for k, v in answer.items() if k not in STAMP_KEYS} == {**new, "external_ids": []}


def test_a_put_empties_what_it_leaves_out_and_a_patch_does_not(publisher):
    actor = ActorFactory(slug="norland", summary="A state.", founded_on="1991")
    source = stored_document(actor)["citations"]
    response = publisher.patch(
        f"{record_address(actor)}?reason=Read", {"name": "North"}, headers=if_match_header(actor)
    )
    assert (response.status_code, response.json()["name"]) == (200, "North")
    assert response.json()["summary"] == "A state."
    whole = {**NORLAND_DOCUMENT, "citations": source, "founded_on": "1992"}
    response = publisher.put(
        f"{record_address(actor)}?reason=Read", whole, headers=if_match_header(actor)
    )
    answer = response.json()
    assert (answer["summary"], answer["founded_on"], answer["name"]) == (None, "1992", "Norland")
    assert stored_document(actor) == answer


def test_a_patch_replaces_a_list_as_a_whole(publisher):
    actor = ActorFactory(names=[{"name": "Нордия", "kind": "short"}])
    names = [{"name": "Nordia", "kind": "former"}]
    path = f"{record_address(actor)}?reason=Read"
    answer = publisher.patch(path, {"names": names}, headers=if_match_header(actor)).json()
    assert [name["name"] for name in answer["names"]] == ["Nordia"]
    assert (
        publisher.patch(path, {"names": []}, headers=if_match_header(actor)).json()["names"] == []
    )


def test_a_delete_retracts_and_leaves_a_tombstone(publisher, api):
    actor = ActorFactory()
    response = publisher.delete(
        f"{record_address(actor)}?reason=No%20actor", headers=if_match_header(actor)
    )
    assert (response.status_code, response.content) == (204, b"")
    gone = api.get(record_address(actor))
    assert (gone.status_code, gone.json()["detail"]) == (410, "No actor")


def test_what_others_name_is_not_retracted(publisher):
    membership = MembershipFactory()
    actor, before = membership.actor, database_state()
    response = publisher.delete(
        f"{record_address(actor)}?reason=Wrong", headers=if_match_header(actor)
    )
    assert document_errors(response) == {"": f"Still named by memberships/{membership.slug}."}
    assert database_state() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_whatever_changes_what_is_published_needs_a_reason(publisher, method):
    actor = ActorFactory()
    changed = stored_document(actor) | {"name": "Other"}
    before = database_state()
    response = getattr(publisher, method)(
        record_address(actor), changed, headers=if_match_header(actor)
    )
    assert document_errors(response) == {"reason": "Say why: this changes what is published."}
    assert response.json()["errors"][0]["parameter"] == "reason"
    assert database_state() == before


NO_ONE_STATE = [None, "*", '"1-abc-x"', '"1-abc", "2-abc"', "1-abc", "x" * 5000]
NO_ONE_STATE += ['W/"1-0123456789abcdef-0123456789ab"']  # that of a list


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("tag", NO_ONE_STATE)
def test_a_change_names_the_one_state_that_it_changes(publisher, method, tag):
    actor = ActorFactory()
    before, headers = database_state(), {"if-match": tag} if tag else {}
    response = getattr(publisher, method)(
        f"{record_address(actor)}?reason=x", {"name": "N"}, headers=headers
    )
    assert response.status_code == 428
    assert response.json()["type"].endswith("/problems/precondition-required/")
    assert database_state() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_who_was_overtaken_is_told_what_changed(publisher, method):
    actor = ActorFactory(summary="Old.", founded_on="1990")
    stale = if_match_header(actor)
    change_record(actor, summary="New.")
    before = database_state()
    response = getattr(publisher, method)(
        f"{record_address(actor)}?reason=x", {"name": "N"}, headers=stale
    )
    body = response.json()
    assert (response.status_code, body["revision"]) == (412, actor.revision)
    assert body["type"].endswith("/problems/precondition-failed/")
    assert body["changes"] == [{"field": "summary", "from": "Old.", "to": "New."}]
    assert database_state() == before


def test_a_state_that_nobody_ever_saw_is_not_the_present_one(publisher):
    actor = ActorFactory()
    response = publisher.patch(
        record_address(actor), {"name": "N"}, headers={"if-match": f'"{actor.revision + 7}-abc"'}
    )
    assert (response.status_code, response.json()["changes"]) == (412, [])


def test_a_tag_of_an_earlier_build_still_names_the_state(publisher):
    actor = ActorFactory()
    tag = {"if-match": f'"{actor.revision}-0123456789ab"'}
    assert (
        publisher.patch(f"{record_address(actor)}?reason=x", {"name": "N"}, headers=tag).status_code
        == 200
    )


def test_every_fault_is_named_at_its_place_with_what_is_allowed(publisher):
    ArticleFactory(slug="the-source")
    bad = {
        "slug": "norland",
        "nmae": "Norland",
        "kind": "stat",
        "names": [{"name": "Nordia", "kind": "short"}, {"name": "x", "a/b.c~": 1}],
        "citations": [{"article": "the-sorce"}],
    }
    before = database_state()
    response = publisher.post(ACTORS, bad)
    assert document_errors(response) == {"/nmae": "Unknown key. Did you mean “name”?"}
    (error,) = response.json()["errors"]
    assert (error["code"], error["suggestions"]) == ("unknown", ["name"])
    assert "name" in error["allowed"]
    del bad["nmae"]
    response = publisher.post(ACTORS, bad)
    errors = {fault["pointer"]: fault for fault in response.json()["errors"]}
    places = {"/name", "/kind", "/certainty", "/names/1/a~1b.c~0", "/citations/0/article"}
    assert set(errors) == places
    assert errors["/kind"]["code"] == "invalid_choice"
    assert (errors["/kind"]["suggestions"], "state" in errors["/kind"]["allowed"]) == (
        ["state"],
        True,
    )
    assert errors["/citations/0/article"]["suggestions"] == ["the-source"]
    assert errors["/name"]["code"] == "required"
    assert database_state() == before


def test_a_slug_that_is_taken_in_whatever_state_is_not_posted(publisher):
    ArticleFactory(slug="the-source")
    published, draft = ActorFactory(), ActorFactory(publication=Record.Publication.DRAFT)
    retracted = ActorFactory()
    retract_record(retracted)
    before = database_state()
    for actor in (published, draft, retracted):
        errors = document_errors(publisher.post(ACTORS, {**NORLAND_DOCUMENT, "slug": actor.slug}))
        assert list(errors) == ["/slug"]
        assert "PUT" in errors["/slug"]
    assert database_state() == before


def test_a_slug_never_changes(publisher):
    actor = ActorFactory()
    response = publisher.patch(
        record_address(actor), {"slug": "other"}, headers=if_match_header(actor)
    )
    assert list(document_errors(response)) == ["/slug"]


def test_nothing_is_published_that_cites_nothing_or_names_a_draft(publisher):
    ArticleFactory(slug="the-source")
    ActorFactory(slug="a-draft", publication=Record.Publication.DRAFT)
    bare = {**NORLAND_DOCUMENT, "citations": []}
    assert document_errors(publisher.post(ACTORS, bare)) == {
        "/citations": "A published record cites a source."
    }
    child = {**NORLAND_DOCUMENT, "parent": "a-draft"}
    assert document_errors(publisher.post(ACTORS, child)) == {
        "/parent": "The actor “a-draft” is not published."
    }


def test_an_empty_patch_is_refused(publisher):
    actor = ActorFactory()
    for body in ({}, None):
        assert list(
            document_errors(
                publisher.patch(record_address(actor), body, headers=if_match_header(actor))
            )
        ) == [""]


@pytest.mark.parametrize("body", [b"[]", b"3", b'"x"', b"null", b"[[]]", b"[null]", b'{"slug":[]}'])
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_what_is_no_document_is_refused(publisher, method, body):
    actor = ActorFactory()
    path = ACTORS if method == "post" else record_address(actor)
    response = getattr(publisher, method)(
        path, data=body, content_type="application/json", headers=if_match_header(actor)
    )
    assert document_errors(response)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(publisher):
    ArticleFactory(slug="the-source")
    actor = ActorFactory(summary="Old.")
    before = database_state()
    (new,) = publisher.post(f"{ACTORS}?dry_run=true", NORLAND_DOCUMENT).json()["records"]
    assert (new["slug"], new["op"], new["document"]["kind"]) == ("norland", "created", "state")
    path = f"{record_address(actor)}?dry_run=true&reason=x"
    body = publisher.patch(path, {"summary": "New."}, headers=if_match_header(actor)).json()
    assert (body["dry_run"], body["would"]) == (True, "publish")
    (outcome,) = body["records"]
    assert outcome["changes"] == [{"field": "summary", "from": "Old.", "to": "New."}]
    assert (outcome["op"], outcome["document"]["summary"]) == ("updated", "New.")
    assert not {"revision", "updated_at"} & set(outcome["document"])
    (same,) = publisher.patch(path, {"summary": "Old."}, headers=if_match_header(actor)).json()[
        "records"
    ]
    assert same["op"] == "unchanged"
    (gone,) = publisher.delete(path, headers=if_match_header(actor)).json()["records"]
    assert (gone["op"], gone["document"]) == ("retracted", None)
    assert document_errors(
        publisher.post(f"{ACTORS}?dry_run=true", {**NORLAND_DOCUMENT, "kind": "x"})
    )
    assert database_state() == before


def test_a_dry_run_of_who_may_only_propose_says_so(contributor):
    ArticleFactory(slug="the-source")
    actor = ActorFactory(summary="Old.")
    path = f"{record_address(actor)}?dry_run=true&reason=x"
    body = contributor.patch(path, {"summary": "New."}, headers=if_match_header(actor)).json()
    assert body["would"] == "propose"
    assert body["records"][0]["changes"] == [{"field": "summary", "from": "Old.", "to": "New."}]
    assert contributor.delete(path, headers=if_match_header(actor)).status_code == 403
    body = contributor.post(f"{ACTORS}?dry_run=true", NORLAND_DOCUMENT).json()
    assert (body["would"], body["records"][0]["op"]) == ("propose", "created")
    assert not Proposal.objects.exists()


def test_who_may_only_propose_is_told_where_the_proposal_is(contributor, api):
    actor = ActorFactory(summary="Old.")
    before = database_state()
    response = contributor.patch(
        f"{record_address(actor)}?reason=Read", {"summary": "New."}, headers=if_match_header(actor)
    )
    proposal = Proposal.objects.get()
    url = f"http://testserver/api/v1/proposals/{proposal.pk}/"
    assert response.status_code == 202
    assert response.json() == {
        "proposal": proposal.pk,
        "state": "waiting",
        "type": "actors",
        "slug": actor.slug,
        "url": url,
    }
    assert response["Location"] == url
    assert (proposal.author, proposal.origin, proposal.reason) == (contributor.user, "api", "Read")
    assert proposal.base == Version.objects.for_record(actor).first()
    assert orjson.loads(proposal.document)["summary"] == "New."
    assert database_state() == before


def test_a_token_that_may_only_propose_proposes_for_a_publisher():
    ArticleFactory(slug="the-source")
    assert writer_client("publisher", "propose").post(ACTORS, NORLAND_DOCUMENT).status_code == 202
    assert not Actor.objects.filter(slug="norland").exists()


def test_strangers_are_asked_who_they_are_before_their_body_is_looked_at(api):
    actor, before = ActorFactory(), database_state()
    for method, path in (
        *(("post", ACTORS), ("put", record_address(actor))),
        *(
            ("patch", record_address(actor)),
            ("delete", record_address(actor)),
            ("delete", f"{ACTORS}none/"),
        ),
    ):
        for body in (b"{}", b"{", b""):
            response = getattr(api, method)(path, data=body, content_type="application/json")
            assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
            assert response["Content-Type"] == "application/problem+json"
    assert database_state() == before


def test_a_session_writes_with_its_csrf_token_only(publisher):
    ArticleFactory(slug="the-source")
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(publisher.user)
    response = client.post(ACTORS, NORLAND_DOCUMENT)
    assert (response.status_code, "CSRF" in response.json()["detail"]) == (403, True)
    assert not Actor.objects.filter(slug="norland").exists()
    client.get("/admin/")
    token = client.cookies.get("csrftoken")
    token = token.value if token else "x" * 32
    client.cookies["csrftoken"] = token
    response = client.post(ACTORS, NORLAND_DOCUMENT, headers={"x-csrftoken": token})
    assert response.status_code == 201, response.content


@pytest.mark.parametrize("query", ["reson=x", "reason=", "dry_run=1", "format=csv", "fields=slug"])
def test_a_write_takes_its_own_parameters_only(publisher, query):
    response = publisher.post(f"{ACTORS}?{query}", NORLAND_DOCUMENT)
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/invalid-parameters/")


def test_a_write_is_answered_in_json_alone(publisher):
    assert (
        publisher.post(ACTORS, NORLAND_DOCUMENT, headers={"accept": "text/csv"}).status_code == 406
    )


def test_lists_and_their_other_addresses_take_no_other_method(publisher):
    actor = ActorFactory()
    for method in ("put", "patch", "delete"):
        assert getattr(publisher, method)(ACTORS, {}).status_code == 405
    assert publisher.post(record_address(actor), {}).status_code == 405
    for path in (f"{record_address(actor)}history/", f"{ACTORS}aggregate/", "/api/v1/changes/"):
        assert publisher.post(path, {}).status_code == 405

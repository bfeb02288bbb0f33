"""Conditional GET: tags that change with the answer and with nothing else; 304 at little cost."""

import re

import pytest

from apps.actors.models import Actor
from apps.documents.revisions import open_revision
from caucasus.settings import base
from caucasus.settings.base import build_name
from tests.accounts.factories import TokenFactory, UserFactory
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def answer_etag(api, path: str) -> str:
    return api.get(path)["ETag"]


def test_what_is_held_is_not_sent_again(api, endpoint, make, queries):
    record = make()
    for path in (f"/api/v1/{endpoint}/", f"/api/v1/{endpoint}/{record.slug}/"):
        first = api.get(path)
        with queries() as counted:
            again = api.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert len(counted) == 1
        assert first["Cache-Control"] == "public, no-cache"
        for response in (first, again):
            assert response["Vary"] == "Accept, Authorization, Accept-Encoding"
            assert response["Access-Control-Allow-Origin"] == "*"


def test_a_304_costs_one_query_whatever_was_asked_for(api, queries):
    actor = ActorFactory()
    query = f"parent={actor.slug}&member_of={actor.slug}&facet=kind&q=a"
    path = f"/api/v1/actors/?{query}&ordering=-name"
    held = answer_etag(api, path)
    with queries() as counted:
        assert api.get(path, headers={"if-none-match": held}).status_code == 304
    assert len(counted) == 1


def test_a_detail_has_a_strong_tag_and_a_list_a_weak_one(api, endpoint, make):
    record = make()
    assert answer_etag(api, f"/api/v1/{endpoint}/{record.slug}/").startswith(f'"{record.revision}-')
    assert answer_etag(api, f"/api/v1/{endpoint}/").startswith('W/"')


def test_a_change_elsewhere_changes_lists_and_not_the_detail(api):
    actor = ActorFactory()
    detail, listing = f"/api/v1/actors/{actor.slug}/", "/api/v1/actors/?kind=person"
    before = answer_etag(api, detail), answer_etag(api, listing)
    ActorFactory()
    assert answer_etag(api, detail) == before[0]
    assert answer_etag(api, listing) != before[1]


def test_a_draft_changes_no_tag(api):
    ActorFactory()
    before = answer_etag(api, "/api/v1/actors/")
    with open_revision(origin="admin") as opened:
        draft = Actor.objects.create(slug="draft", name="D", kind="state", certainty="reported")
        opened.touch(draft)
    assert answer_etag(api, "/api/v1/actors/") == before


def test_tags_differ_by_query_and_build(api, settings):
    actor = ActorFactory()
    tags = {
        answer_etag(api, f"/api/v1/actors/{query}")
        for query in ("", "?page_size=2", "?fields=slug", "?kind=state", "?kind=person")
    }
    assert len(tags) == 5
    paths = [f"/api/v1/actors/{actor.slug}/", "/api/v1/actors/", "/api/v1/codebook/"]
    before = {answer_etag(api, path) for path in paths}
    settings.BUILD = "another"
    assert before.isdisjoint(answer_etag(api, path) for path in paths)


def test_who_sends_credentials_gets_an_answer_for_nobody_else(api):
    headers = {"authorization": f"Bearer {TokenFactory().key}"}
    response = api.get("/api/v1/actors/", headers=headers)
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["", "actors/", "actors/?format=csv", "schema/", "meta/"])
def test_no_cookie_makes_a_public_read_another_answer(api, client, path, queries):
    """Neither one that some page set nor a session: an answer fits all readers of a cache."""
    plain = api.get(f"/api/v1/{path}")
    client.force_login(UserFactory())
    client.cookies["_ga"] = "GA1.1"
    with queries() as counted:
        known = client.get(f"/api/v1/{path}")
    assert not [query for query in counted if "session" in query["sql"]]
    assert known.getvalue() == plain.getvalue()
    for name in ("ETag", "Cache-Control", "Vary"):
        assert known.get(name) == plain.get(name), name
    assert plain["Vary"] == "Accept, Authorization, Accept-Encoding"


def test_what_is_private_depends_on_the_cookie_and_says_so(client):
    assert client.get("/api/v1/proposals/").status_code == 401
    client.force_login(UserFactory())
    response = client.get("/api/v1/proposals/")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert response["Vary"].endswith(", Cookie")


MADE_OF_TAGS = ['W/{}"', '{}-gzip"', 'W/{}-gzip"', '{};gzip"', '{}-br"', '{}-zstd"']


@pytest.mark.parametrize("made", MADE_OF_TAGS)
def test_a_tag_is_known_by_what_a_compressing_server_makes_of_it(api, endpoint, make, made):
    record = make()
    for path in (f"/api/v1/{endpoint}/", f"/api/v1/{endpoint}/{record.slug}/"):
        tag = answer_etag(api, path).removeprefix("W/")
        headers = {"if-none-match": made.format(tag[:-1])}
        assert api.get(path, headers=headers).status_code == 304


def test_a_refused_query_is_refused_whatever_the_client_holds(api):
    ActorFactory()
    held = answer_etag(api, "/api/v1/actors/")
    response = api.get("/api/v1/actors/?colour=red", headers={"if-none-match": f"{held}, *"})
    assert response.status_code == 400


def test_a_star_matches_only_a_record_that_is_there(api, endpoint, make):
    record = make()
    for path in ("history/", "?expand=citations.article"):
        for slug, status in ((record.slug, 304), ("nobody", 404)):
            response = api.get(f"/api/v1/{endpoint}/{slug}/{path}", headers={"if-none-match": "*"})
            assert response.status_code == status, path


def test_without_a_label_a_build_is_named_after_the_source_as_it_is(monkeypatch, tmp_path):
    (tmp_path / "apps").mkdir()
    monkeypatch.setattr(base, "BASE_DIR", tmp_path)
    sources = [tmp_path / name for name in ("requirements.txt", "apps/a.py", "apps/a.html")]
    sources[0].touch()
    names = []
    for path in sources:
        for text in ("a", "b"):
            path.write_text(text)
            names.append(build_name(""))
    assert len(set(names)) == len(names)


def test_a_build_is_named_after_its_label_in_letters_that_a_tag_may_have():
    names = [build_name(label) for label in ("v1.2", "v1.3", '"é"')]
    assert len(set(names)) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", name) for name in names)
    assert build_name("v1.2") == names[0]

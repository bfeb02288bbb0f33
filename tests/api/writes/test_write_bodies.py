"""Bodies that are no JSON, not ours, too large or made to break something: refused, no more."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.api.writes.views import MAX_DOCUMENTS
from tests.api.writes.test_writes import ACTORS
from tests.support.desk import database_state
from tests.support.registry import RECORD_FACTORIES
from tests.support.writing import NORLAND_DOCUMENT, document_errors, stored_document, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
GOOD = json.dumps(NORLAND_DOCUMENT).encode()


@pytest.fixture
def publisher() -> APIClient:
    ArticleFactory(slug="the-source")
    return writer_client()


def send_body(client: APIClient, body: bytes, content_type: str = "application/json") -> Any:
    return client.post(ACTORS, data=body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "line 1, column 2"),
        (b'{"slug": "norland",\n "name": }', "line 2, column 10"),
        (b"\xff\xfe{}", "Not JSON"),
        (b"\xef\xbb\xbf{}", "Not JSON"),
        (GOOD.decode().encode("utf-16"), "Not JSON"),
        (GOOD[:-1] + b', "summary": NaN}', "Not JSON"),
        (GOOD[:-1] + b', "summary": -Infinity}', "Not JSON"),
        (GOOD[:-1] + b', "summary": 1e999}', "Not JSON"),
        (GOOD[:-1] + b', "summary": ' + b"9" * 5000 + b"}", "Not JSON"),
        (GOOD[:-1] + b', "summary": "\\ud800"}', "Not JSON"),
        (GOOD[:-1] + b', "summary": "\\u0000"}', "U+0000"),
        (GOOD[:-1] + b', "summary\\u0000": "x"}', "U+0000"),
        (GOOD[:-1] + b', "name": "Other"}', "“name” stands twice"),
        (b'{"names": [{"name": "a", "name": "b"}]}', "“name” stands twice"),
        (b"[" * 100_000, "Not JSON"),
        (b"[" * 1_000 + b"]" * 1_000, ""),
        (b'{"a":' * 1_020 + b"1" + b"}" * 1_020, ""),
        (GOOD + GOOD, "Not JSON"),
        (b"{'slug': 'norland'}", "Not JSON"),
    ],
    ids=range(19),
)
def test_what_is_not_strictly_json_is_refused_with_its_place(publisher, body, detail):
    before = database_state()
    response = send_body(publisher, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert detail in json.dumps(response.json(), ensure_ascii=False)
    assert database_state() == before


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "Nor\u200bland"}, "/name"),
        ({"names": [{"name": "Nor\u200bland", "kind": "short"}]}, "/names/0/name"),
    ],
)
def test_an_invisible_character_is_named_by_its_place(publisher, change, place):
    body = json.dumps({**NORLAND_DOCUMENT, **change}).encode()
    reason = "The invisible character U+200B stands after “Nor”: take it out."
    assert document_errors(send_body(publisher, body)) == {place: reason}


def test_a_backslash_before_u0000_is_a_backslash(publisher):
    body = json.dumps({**NORLAND_DOCUMENT, "summary": "a \\u0000 b"}).encode()
    assert b"\\\\u0000" in body
    assert send_body(publisher, body).json()["summary"] == "a \\u0000 b"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"],
)
def test_a_body_of_another_kind_is_refused(publisher, content_type):
    response = send_body(publisher, GOOD, content_type)
    assert response.status_code == 415
    assert response.json()["type"].endswith("/problems/unsupported-media-type/")


def test_a_body_over_the_limit_is_refused(publisher, settings):
    settings.IMPORT_MAX_BYTES = len(GOOD)
    assert send_body(publisher, GOOD).status_code == 201
    response = send_body(publisher, GOOD + b" ")
    assert response.status_code == 413
    assert response.json()["type"].endswith("/problems/too-large/")


def test_a_body_without_a_length_is_refused(publisher):
    chunked = {"transfer-encoding": "chunked"}
    response = publisher.generic(
        "POST", ACTORS, GOOD, "application/json", headers=chunked, CONTENT_LENGTH=None
    )
    assert response.status_code in (400, 411)
    assert not Actor.objects.filter(slug="norland").exists()


JUNK = [
    *(None, True, False, 0, -1, 1.5, 10**15, 10**30, "", " ", "x", "x" * 5000, "\ud7ff💥", "a\nb"),
    *([], {}, [[]], [{}], [None], [1], ["x"], {"x": 1}, [{"slug": []}], {"type": "LineString"}),
]


@pytest.mark.parametrize("endpoint", RECORD_FACTORIES)
def test_no_value_at_any_key_breaks_anything(publisher, endpoint):
    """Whatever stands at a key is taken, or refused at that key; it is never a fault of ours."""
    whole = stored_document(RECORD_FACTORIES[endpoint]()) | {"external_ids": []}
    asked = [(key, junk) for key in whole for junk in JUNK]
    some = [
        {**whole, "slug": f"junk-{number}", key: junk} for number, (key, junk) in enumerate(asked)
    ]
    before = database_state()
    refused = set()
    for start in (0, MAX_DOCUMENTS):
        if here := some[start : start + MAX_DOCUMENTS]:
            response = publisher.post(f"/api/v1/{endpoint}/?dry_run=true", here)
            errors = document_errors(response) if response.status_code != 200 else ()
            refused |= {asked[start + int(place.split("/")[1])][0] for place in errors}
    assert database_state() == before
    assert {"slug", "certainty", "citations", "summary"} <= refused


def test_no_value_within_a_list_breaks_anything(publisher):
    actor = ActorFactory(names=[{"name": "Nordia", "kind": "short"}])
    whole, before = stored_document(actor), database_state()
    asked = [(n, key, junk) for n in ("names", "citations") for key in whole[n][0] for junk in JUNK]
    some = [
        {**whole, "slug": f"junk-{number}", name: [whole[name][0] | {key: junk}]}
        for number, (name, key, junk) in enumerate(asked)
    ]
    errors = document_errors(publisher.post(ACTORS, some))
    assert database_state() == before
    for place in errors:
        _, number, name, *rest = place.split("/")
        assert (name, rest[0]) == (asked[int(number)][0], "0"), (place, errors[place])


@pytest.mark.parametrize("junk", [{"coordinates": 1}, {"type": "LineString"}, [], "x", 1, {}])
def test_a_geometry_that_is_none_is_refused_at_its_place(publisher, junk):
    whole = stored_document(RECORD_FACTORIES["corridors"]()) | {"slug": "new", "external_ids": []}
    response = publisher.post("/api/v1/corridors/", {**whole, "geometry": junk})
    assert {*document_errors(response)} <= {"/geometry", "/geometry_accuracy"}

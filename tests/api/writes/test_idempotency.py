"""Idempotency-Key: sent again is answered again; there are both write and answer, or neither."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.api.writes import views as writes
from apps.ledger.models import KeptAnswer, Proposal, Revision
from tests.accounts.factories import TokenFactory
from tests.documents.curators import run_in_thread
from tests.support.answers import lasting_headers
from tests.support.desk import database_state
from tests.support.writing import (
    NORLAND_DOCUMENT,
    document_errors,
    if_match_header,
    record_address,
    writer_client,
)
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ACTORS = "/api/v1/actors/"
KEY = {"idempotency-key": "0123-4567"}


@pytest.fixture
def publisher() -> APIClient:
    ArticleFactory(slug="the-source")
    return writer_client()


def superuser_client() -> APIClient:
    """A client that needs no group: those go with the rows of tests that commit."""
    account = get_user_model().objects.create_superuser("writer", password="x")
    key = TokenFactory(user=account, scopes=["publish"]).key
    return APIClient(headers={"authorization": f"Bearer {key}"}, raise_request_exception=False)


def answer_content(response: Any) -> Any:
    """What an answer says, but for whether it is the first."""
    own = {k: v for k, v in lasting_headers(response).items() if k != "idempotent-replayed"}
    return response.status_code, response.content, own


def test_the_same_request_is_answered_again_and_not_done_again(publisher):
    first = publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    made = database_state()
    again = publisher.post(ACTORS.rstrip("/"), NORLAND_DOCUMENT, headers=KEY)
    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert answer_content(again) == answer_content(first)
    assert database_state() == made


def test_every_method_is_answered_again(publisher):
    actor = ActorFactory()
    seen, path = if_match_header(actor), f"{record_address(actor)}?reason=x"
    whole = {**NORLAND_DOCUMENT, "slug": actor.slug}
    for number, (method, body) in enumerate(
        [("patch", {"name": "N"}), ("put", whole), ("delete", None)]
    ):
        headers = {**if_match_header(actor), "idempotency-key": f"request-{number}"}
        first = getattr(publisher, method)(path, body, headers=headers)
        made = database_state()
        stale = {**seen, "idempotency-key": f"request-{number}"}
        again = getattr(publisher, method)(path, body, headers=stale)
        assert first.status_code in (200, 204), first.content
        assert answer_content(again) == answer_content(first)
        assert database_state() == made


def test_a_proposal_is_handed_in_once():
    ArticleFactory(slug="the-source")
    contributor = writer_client("contributor")
    first = contributor.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    again = contributor.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    assert first.status_code == 202
    assert answer_content(again) == answer_content(first)
    assert Proposal.objects.get().remarks.count() == 1


def test_a_key_is_for_one_request(publisher):
    publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    made = database_state()
    for method, path, body in (
        ("post", ACTORS, {**NORLAND_DOCUMENT, "name": "Other"}),
        ("post", f"{ACTORS}?reason=x", NORLAND_DOCUMENT),
        ("post", "/api/v1/places/", NORLAND_DOCUMENT),
        ("put", f"{ACTORS}norland/", NORLAND_DOCUMENT),
        ("delete", f"{ACTORS}norland/", None),
    ):
        response = getattr(publisher, method)(path, body, headers=KEY)
        assert response.status_code == 422
        assert response.json()["type"].endswith("/problems/key-reused/")
    assert database_state() == made


def test_keys_belong_to_accounts(publisher):
    publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    assert list(document_errors(writer_client().post(ACTORS, NORLAND_DOCUMENT, headers=KEY))) == [
        "/slug"
    ]


def test_a_refusal_is_not_kept(publisher):
    assert document_errors(
        publisher.post(ACTORS, {**NORLAND_DOCUMENT, "kind": "stat"}, headers=KEY)
    )
    assert (
        publisher.post(f"{ACTORS}?dry_run=true", NORLAND_DOCUMENT, headers=KEY).status_code == 200
    )
    assert not KeptAnswer.objects.exists()
    assert publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY).status_code == 201


def test_an_answer_is_kept_for_a_day(publisher):
    publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=23, minutes=59))
    assert publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY).status_code == 201
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=24, minutes=1))
    assert list(document_errors(publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY))) == ["/slug"]
    assert (
        publisher.post(ACTORS, {**NORLAND_DOCUMENT, "slug": "other"}, headers=KEY).status_code
        == 201
    )
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space", "ключ-ключ", "tab\there1", ""])
def test_a_key_of_another_form_is_refused(publisher, key):
    response = publisher.post(ACTORS, NORLAND_DOCUMENT, headers={"idempotency-key": key})
    assert response.status_code == 400
    assert "8 to 200" in response.json()["detail"]
    assert not Actor.objects.filter(slug="norland").exists()


def test_a_key_is_of_no_use_to_who_may_not_write(publisher):
    publisher.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
    reader = TokenFactory(user=publisher.user, scopes=["read"])
    api = APIClient(headers={"authorization": f"Bearer {reader.key}"})
    assert api.post(ACTORS, NORLAND_DOCUMENT, headers=KEY).status_code == 403
    assert APIClient().post(ACTORS, NORLAND_DOCUMENT, headers=KEY).status_code == 401


@pytest.mark.usefixtures("shared_database")
def test_while_the_first_still_runs_the_second_does_nothing(monkeypatch):
    """On PostgreSQL it is told so; SQLite lets it wait for the first one's answer."""
    ArticleFactory(slug="the-source")
    client, inside, go_on = superuser_client(), Event(), Event()
    write, alone = writes.write_documents, Barrier(1)

    def slow(*args: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return write(*args)

    def send() -> Any:
        return client.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)

    monkeypatch.setattr(writes, "write_documents", slow)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run_in_thread, send, alone)
        assert inside.wait(20)
        second = pool.submit(run_in_thread, send, alone)
        if connection.vendor == "postgresql":
            assert second.result(20).status_code == 409
        go_on.set()
        assert first.result().status_code == 201
        second = (
            second if connection.vendor != "postgresql" else pool.submit(run_in_thread, send, alone)
        )
        assert answer_content(second.result()) == answer_content(first.result())
    assert Revision.objects.filter(origin="api").count() == 1


class FailsOnce:
    """A disk that is full at one statement, after some others."""

    def __init__(self, others: int) -> None:
        self.left = others

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left == -1:
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_whichever_statement_fails_nothing_is_half_written():
    """The k-th statement fails, for every k: no part of the write stands, nor its answer."""
    ArticleFactory(slug="the-source")
    client, failed = superuser_client(), 0
    client.force_authenticate(get_user_model().objects.get())  # a token's use may fail to be noted
    before = database_state()
    while True:
        failure = FailsOnce(failed)
        with connection.execute_wrapper(failure):
            response = client.post(ACTORS, NORLAND_DOCUMENT, headers=KEY)
        if failure.left >= 0:
            break
        assert response.status_code in (500, 503), response.content
        assert response["Content-Type"] == "application/problem+json"
        assert database_state() == before
        assert not KeptAnswer.objects.exists()
        failed += 1
    assert failed > 20
    assert response.status_code == 201
    assert (Revision.objects.filter(origin="api").count(), KeptAnswer.objects.count()) == (1, 1)

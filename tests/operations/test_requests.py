"""An answer, its line in the log and what it wrote have one id, and no line holds a secret."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from apps.ledger.models import Revision
from apps.operations.log_lines import JsonLine, redact_secrets
from tests.accounts.factories import TokenFactory
from tests.support.writing import writer_client
from tests.types.actors.factories import ActorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database("what is logged of a request")]
REQUESTS = "apps.operations.requests"
ID = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """What was logged, as the production settings write it."""
    caplog.set_level(logging.INFO, logger=REQUESTS)
    written: list[str] = []

    class Written(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonLine().format(record))

    handler = Written()
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written]
    logging.getLogger().removeHandler(handler)


def test_each_request_has_one_line_with_the_id_of_its_answer(api, lines):
    ActorFactory(slug="norland")
    response = api.get("/api/v1/actors/?kind=state&name__icontains=secret%20love")
    (line,) = lines()
    assert ID.fullmatch(line["request_id"])
    assert response["X-Request-ID"] == line["request_id"]
    assert line["parameters"] == ["kind", "name__icontains"]
    assert "love" not in json.dumps(line)
    wanted = {
        "method": "GET",
        "path": "/api/v1/actors/",
        "route": "api/v1/actors/?$",
        "status": 200,
        "bytes": len(response.content),
        "client": "127.0.0.1",
        "account": None,
        "logger": REQUESTS,
        "level": "info",
    }
    assert {key: line[key] for key in wanted} == wanted


def test_no_two_requests_have_the_same_id(api):
    assert api.get("/api/v1/")["X-Request-ID"] != api.get("/api/v1/")["X-Request-ID"]


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/admin/", "/api/v1/actors/?colour=red"])
def test_refusals_and_redirects_have_an_id_and_a_line_too(api, lines, path):
    response = api.get(path)
    assert [line["status"] for line in lines()] == [response.status_code]
    assert lines()[0]["request_id"] == response["X-Request-ID"]


def test_a_stream_is_logged_when_it_has_ended_with_its_length(api, lines):
    ActorFactory.create_batch(3)
    response = api.get("/api/v1/actors/?format=csv")
    assert response.streaming
    assert lines() == []
    body = b"".join(response.streaming_content)
    response.close()
    (line,) = lines()
    assert (line["bytes"], line["request_id"]) == (len(body), response["X-Request-ID"])


def test_a_stream_that_nobody_reads_is_logged_once(api, lines):
    ActorFactory.create_batch(3)
    response = api.get("/api/v1/actors/?format=csv")
    next(iter(response.streaming_content))
    response.close()
    assert len(lines()) == 1
    assert lines()[0]["status"] == 200


def test_the_history_names_the_request_that_wrote(lines):
    client = writer_client()
    record = ActorFactory(slug="norland")
    path = f"/api/v1/actors/{record.slug}/"
    tag = client.get(path)["ETag"]
    response = client.patch(f"{path}?reason=x", {"summary": "New."}, HTTP_IF_MATCH=tag)
    assert response.status_code == 200, response.content
    revision = Revision.objects.latest("id")
    assert revision.request_id == response["X-Request-ID"]
    line = lines()[-1]
    assert line["account"] == revision.user.pk
    assert line["request_id"] == revision.request_id
    assert Revision.objects.earliest("id").request_id is None  # made by no request


def test_an_id_from_outside_counts_only_behind_a_trusted_proxy(api, settings):
    given = {"HTTP_X_REQUEST_ID": "from-the-proxy.1"}
    assert ID.fullmatch(api.get("/api/v1/", **given)["X-Request-ID"])
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert api.get("/api/v1/", **given)["X-Request-ID"] == "from-the-proxy.1"
    for forged in ("x" * 65, 'a"b', "a b", "é", ""):
        answer = api.get("/api/v1/", HTTP_X_REQUEST_ID=forged)
        assert ID.fullmatch(answer["X-Request-ID"]), forged


def test_no_token_cookie_or_password_gets_into_the_log(api, client, lines, settings):
    """Wherever somebody puts them: header, query, a parameter's name, path, form."""
    settings.SESSION_COOKIE_NAME = "sessionid"
    key = TokenFactory().key
    api.get("/api/v1/actors/", HTTP_AUTHORIZATION=f"Bearer {key}")
    api.get("/api/v1/actors/", HTTP_AUTHORIZATION=f"Bearer {key}x")
    api.get(f"/api/v1/actors/?token={key}")
    api.get(f"/api/v1/actors/?{key}=1")
    api.get(f"/api/v1/{key}/")
    client.cookies["sessionid"] = "cookiesecret"
    client.post("/admin/login/", {"username": "a", "password": "passwordsecret"})
    text = json.dumps(lines())
    assert len(lines()) >= 6
    assert key.startswith("cca_")
    for secret in (key, key[4:], "cookiesecret", "passwordsecret"):
        assert secret not in text


def test_secrets_are_cut_out_of_any_line():
    said = 'no route to postgres://caucasus:pa55/w:rd@db:5432/x for "cca_0123abc"'
    assert redact_secrets(said) == 'no route to postgres://caucasus:…@db:5432/x for "cca_…"'


def test_a_fault_of_ours_is_one_line_with_the_id(lines):
    fault = ValueError("broken\nin two")
    said = "Internal Server Error: /x\r\nforged"
    logging.getLogger("django.request").error(said, exc_info=fault)
    (line,) = lines()
    assert line["level"] == "error"
    assert "broken\nin two" in line["traceback"]
    assert line["message"] == said  # one line: JSON escapes it

"""What a browser may do with an answer: any page may read the API, nothing may do more."""

import pytest

from apps.api.http.middleware import NOTHING
from tests.accounts.factories import UserFactory
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db

ELSEWHERE = {"origin": "https://elsewhere.example"}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/", "/api/v1/actors/", "/api/v1/nowhere/", "/api/v1/actors/?q=%00", "/api/v1/schema/"],
)
def test_any_page_may_read_the_api_without_credentials(api, path):
    ActorFactory()
    response = api.get(path, headers=ELSEWHERE)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    exposed = set(response["Access-Control-Expose-Headers"].split(", "))
    limits = {"RateLimit", "RateLimit-Policy", "Retry-After"}
    assert exposed == {"ETag", "Left-Out", "Link", "X-Request-ID", *limits}


def test_a_browser_that_asks_first_is_told_of_reading_alone(api):
    asking = {"access-control-request-method": "PUT", **ELSEWHERE}
    response = api.options("/api/v1/actors/", headers=asking)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "accept, if-none-match"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/problems/gone/", "/"])
def test_no_page_reads_anything_else(client, path):
    client.force_login(UserFactory())
    for response in (
        client.get(path, headers=ELSEWHERE),
        client.options(path, headers={"access-control-request-method": "GET", **ELSEWHERE}),
    ):
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/admin/",
        "/admin/login/",
        "/api/v1/actors/",
        "/api/v1/actors/?colour=red",
        "/api/v1/actors/?q=%00",
        "/api/v1/docs/",
        "/problems/gone/",
        "/nowhere",
    ],
)
def test_every_answer_has_the_headers_that_hold_a_browser_back(client, path):
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    if "docs" not in path:  # Swagger UI's own answer: sign-in windows of other hosts
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_an_answer_of_the_api_may_do_nothing_at_all(api):
    for path in ("/api/v1/", "/api/v1/actors/", "/api/v1/nowhere/"):
        assert api.get(path)["Content-Security-Policy"] == NOTHING


def test_only_the_desk_evaluates(client):
    assert "unsafe-eval" in client.get("/admin/login/")["Content-Security-Policy"]
    docs = client.get("/api/v1/docs/")["Content-Security-Policy"]
    assert "script-src 'self'" in docs
    assert "unsafe-eval" not in docs

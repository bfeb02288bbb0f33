"""Errors: one form everywhere, each with a page that explains it."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from apps.api.http.problems import PROBLEMS
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_has_a_page(code):
    page = Client().get(f"/problems/{code}/")
    assert page.status_code == 200
    assert PROBLEMS[code].title in page.content.decode()
    assert "/static/caucasus/codebook" in page.content.decode()
    assert "style-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/nowhere", {}, 404, "not-found"),
        ("/problems/none/", {}, 404, "not-found"),
        ("/api/v1/actors/?q=%00", {}, 400, "malformed-request"),
        ("/api/v1/actors/?" + "&".join(f"p{n}=1" for n in range(61)), {}, 400, "malformed-request"),
        ("/api/v1/actors/?q=" + "a" * 9000, {}, 414, "uri-too-long"),
        ("/api/v1/actors/", {"accept": "image/png"}, 406, "not-acceptable"),
        ("/api/v1/actors/", {"host": "evil.example"}, 400, "malformed-request"),
    ],
)
def test_an_error_is_a_problem_that_names_its_page(path, headers, status, code):
    response = Client(raise_request_exception=False).get(path, headers=headers)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith(f"/problems/{code}/")
    assert response.json()["status"] == status


@pytest.mark.parametrize("path", ["armenai/", "armenai/history/", "armenai/?revision=1"])
def test_a_record_that_is_not_there_is_hinted_at_as_by_a_filter(api, path):
    ActorFactory(slug="armenia")
    ActorFactory(slug="armenai-2", publication="draft")
    response = api.get(f"/api/v1/actors/{path}")
    (by_filter,) = api.get("/api/v1/memberships/?actor=armenai").json()["errors"]
    assert by_filter["suggestions"] == ["armenia"]
    assert response.status_code == 404
    assert response.json()["title"] == "Not found"
    assert response.json()["detail"] == by_filter["detail"]
    assert response.json()["errors"] == [{**by_filter, "parameter": "slug"}]


def test_so_is_an_article_of_which_records_are_asked_for(api):
    ArticleFactory(slug="doe-grey-lake")
    response = api.get("/api/v1/articles/doe-gray-lake/records/")
    assert response.status_code == 404
    assert response.json()["errors"][0]["suggestions"] == ["doe-grey-lake"]


@pytest.mark.parametrize("page", ["schema", "docs", ""])
def test_a_page_without_parameters_takes_none(page):
    answer = Client().get(f"/api/v1/{page}", {"lang": "az"})
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == ["lang"]


def test_a_body_without_a_length_is_refused():
    response = Client().post(
        "/api/v1/actors/", b"{}", content_type="application/json",
        headers={"transfer-encoding": "chunked"}, CONTENT_LENGTH=None,
    )  # fmt: skip
    assert response.status_code in (401, 405, 411)


def test_a_fault_of_ours_is_a_problem_without_details(monkeypatch):
    def broken(self, request):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("caucasus.api.root.RootView.get", broken)
    response = Client(raise_request_exception=False).get("/api/v1/")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.content.decode()


def test_no_variable_turns_answers_into_pages_for_developers():
    """Programs of all kinds set DEBUG; with it a 404 lists all addresses, a 500 shows our code."""
    modules = ("dev", "production", "test")
    lines = [f"import caucasus.settings.{name} as s; print(s.DEBUG)" for name in modules]
    variables = {"DEBUG": "1", "DJANGO_DEBUG": "1", "SECRET_KEY": "x", "ALLOWED_HOSTS": "localhost"}
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["False"] * len(modules)


def test_the_schema_has_no_warning_and_is_served(capsys):
    from django.core.management import call_command

    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")
    assert Client().get("/api/v1/schema/").status_code == 200
    page = Client().get("/api/v1/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://creativecommons.org", "")

"""What every test may ask for."""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template import Context
from django.test import client as test_client
from django.test.utils import CaptureQueriesContext, ContextList
from hypothesis import HealthCheck, settings
from playwright.sync_api import Page, expect, sync_playwright
from rest_framework.test import APIClient

from tests.support.registry import RECORD_FACTORIES

pytest_plugins = ["tests.support.second_engine"]

POLICY_REFUSAL = re.compile(".*Content Security Policy.*")
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 120_000  # milliseconds: when a browser is given up, not how quick anything has to be
IN_CI = os.environ.get("CI") == "true"

# How many examples are tried is bounded, how long one takes is not: that is the machine's affair.
settings.register_profile(
    "house", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
# The same examples for each mutant, and none of its failures kept for the runs to come.
settings.register_profile(
    "mutants", deadline=None, max_examples=50, derandomize=True, database=None
)
settings.load_profile("house")


def keep_page_context(store: dict[str, Any], context: Context, **of_the_signal: object) -> None:
    """`response.context` is that of the page; Django copies those of all a form's widgets as well,
    which takes a third of the time that a page of the desk does.
    """
    if "context" not in store:
        store["context"] = ContextList([copy(context)])


test_client.store_rendered_templates = keep_page_context  # type: ignore[assignment]


def pytest_report_header() -> str:
    """Which half of the suite this is."""
    return f"database: {os.environ.get('DATABASE_URL', 'sqlite in memory').split('@')[-1]}"


def skip_for_lack_of(what: str) -> None:
    """Skip for lack of a part of the machine; in CI that is a failure."""
    if IN_CI:
        pytest.fail(f"CI must not skip this: {what}")
    pytest.skip(what)


@pytest.fixture
def api() -> APIClient:
    """An anonymous reader."""
    return APIClient()


@pytest.fixture(params=RECORD_FACTORIES)
def endpoint(request: Any) -> str:
    """Each endpoint of the router in turn."""
    return str(request.param)


@pytest.fixture
def make(endpoint: str) -> Callable[..., Any]:
    """Makes a published record of the endpoint's type."""
    return RECORD_FACTORIES[endpoint]


@pytest.fixture
def queries() -> Callable[[], CaptureQueriesContext]:
    """Counts the queries of a block: `with queries() as counted: ...; len(counted)`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A seeds folder that holds nothing yet but when it was released."""
    (tmp_path / "dataset.yaml").write_text("released_at: 2026-01-31T00:00:00Z\n")
    return tmp_path


@pytest.fixture
def shared_database(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """A database that threads share: on SQLite a file, since one in memory has one connection."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, settings = connection.connection, connection.settings_dict
    name, path = settings["NAME"], tmp_path / "shared.sqlite3"
    with sqlite3.connect(path) as file:
        memory.backup(file)
    file.close()
    connection.connection, settings["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, settings["NAME"] = memory, name


@pytest.fixture
def tab(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser's page on the running server.

    It ends without an error in any script, and without anything that a policy refused.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip_for_lack_of("Chromium is not installed")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code of
    # ours and would refuse every query of the test.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        page = browser.new_page(base_url=live_server.url, viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.extend(POLICY_REFUSAL.findall(said.text)))
        yield page
        browser.close()
        connection.close()  # for the same reason the test had one of its own
    assert faults == []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End stray sessions first: PostgreSQL drops no database that a thread still holds."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

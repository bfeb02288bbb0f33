"""The desk and the documentation in a real browser, under the policies that hold it back."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright

from apps.accounts import second_factor
from tests.accounts.factories import UserFactory
from tests.conftest import lacking
from tests.test_browser import ARGUMENTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def tab(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser's page; it ends without anything that a policy refused."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("Chromium is not installed")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(base_url=live_server.url, viewport={"width": 1440, "height": 1000})
        page.on("console", lambda said: faults.append(said.text))
        yield page
        browser.close()
        connection.close()
    assert [fault for fault in faults if "Content Security Policy" in fault] == []


def log_in(page: Page) -> None:
    page.goto("/admin/")
    page.fill("[name=username]", "nino")
    page.fill("[name=password]", "of the test")
    page.get_by_role("button", name="Log in").click()


def test_no_policy_is_in_the_way_of_desk_and_documentation(tab: Page) -> None:
    UserFactory(username="nino", is_superuser=True)
    log_in(tab)
    for path in ("/admin/", "/admin/arms_transfers/armstransfer/add/", "/admin/auth/user/"):
        tab.goto(path)
        tab.wait_for_load_state("networkidle")
    tab.goto("/api/v1/docs/")
    expect(tab.locator(".opblock").first).to_be_visible(timeout=30_000)


def test_a_token_is_made_and_a_second_factor_set_up_and_asked_for(tab: Page) -> None:
    user = UserFactory(username="nino")
    log_in(tab)
    tab.goto("/admin/accounts/token/add/")
    tab.fill("#id_name", "nightly copy")
    tab.locator("[name=scopes][value=read]").check()
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#token")).to_contain_text("cca_")
    tab.goto("/admin/second-factor/set-up/")
    expect(tab.locator("svg.segno")).to_be_visible()
    device = second_factor.offered(user)
    device.confirmed = True
    device.save()
    tab.goto("/admin/")
    expect(tab).to_have_url(tab.url.split("/admin/")[0] + "/admin/second-factor/?next=%2Fadmin%2F")
    tab.fill("#id_code", second_factor.new_recovery_codes(user)[0])
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("link", name="Tokens").first).to_be_visible()

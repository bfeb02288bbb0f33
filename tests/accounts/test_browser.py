"""The desk and the documentation in a real browser, under the policies that hold it back."""

import pytest
from playwright.sync_api import Page, expect

from apps.accounts import second_factor
from tests.accounts.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("policies and scripts in a browser"),
    pytest.mark.xdist_group("browser"),
]


def log_in_by_form(page: Page) -> None:
    page.goto("/admin/")
    page.fill("[name=username]", "nino")
    page.fill("[name=password]", "of the test")
    page.get_by_role("button", name="Log in").click()


def test_no_policy_is_in_the_way_of_desk_and_documentation(tab: Page) -> None:
    UserFactory(username="nino", is_superuser=True)
    log_in_by_form(tab)
    for path in ("/admin/", "/admin/arms_transfers/armstransfer/add/", "/admin/auth/user/"):
        tab.goto(path)
        tab.wait_for_load_state("networkidle")
    tab.goto("/api/v1/docs/")
    expect(tab.locator(".opblock").first).to_be_visible(timeout=30_000)


def test_a_token_is_made_and_a_second_factor_set_up_and_asked_for(tab: Page) -> None:
    user = UserFactory(username="nino")
    log_in_by_form(tab)
    tab.goto("/admin/accounts/token/add/")
    tab.fill("#id_name", "nightly copy")
    tab.locator("[name=scopes][value=read]").check()
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#token")).to_contain_text("cca_")
    tab.goto("/admin/second-factor/set-up/")
    expect(tab.locator("svg.segno")).to_be_visible()
    device = second_factor.offered_device(user)
    device.confirmed = True
    device.save()
    tab.goto("/admin/")
    expect(tab).to_have_url(tab.url.split("/admin/")[0] + "/admin/second-factor/?next=%2Fadmin%2F")
    tab.fill("#id_code", second_factor.replace_recovery_codes(user)[0])
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("link", name="Tokens").first).to_be_visible()

"""The documentation page in a browser: what stands in the form of each list is answered."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.registry import RECORD_FACTORIES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("a page of scripts; what it asks is tested on both without one"),
    pytest.mark.xdist_group("browser"),  # one worker: a browser and a server at a time are enough
]


def test_every_list_is_answered_as_its_form_is_filled_in_before(tab: Page) -> None:
    for make in RECORD_FACTORIES.values():
        make()
    tab.goto("/api/v1/docs/")
    for endpoint in RECORD_FACTORIES:
        tag = endpoint.replace("-", "_")
        block = tab.locator(f"#operations-{endpoint}-{tag}_list")
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Try it out").click()
        with tab.expect_response(lambda answer: f"/{endpoint}/" in answer.url) as answered:  # noqa: B023
            block.get_by_role("button", name="Execute").click()
        assert answered.value.status == 200, answered.value.url
        assert answered.value.json()["count"] >= 1, answered.value.url
        expect(block.locator(".live-responses-table .response-col_status").first).to_be_visible()
        block.locator(".opblock-summary-control").click()

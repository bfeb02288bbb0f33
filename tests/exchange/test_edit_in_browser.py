"""“Edit together” as a curator meets it: ticked in the list, chosen, looked at, applied."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.actors.models import Actor
from tests.accounts.factories import UserFactory
from tests.types.actors.factories import ActorFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("scripts in a browser; its pages are tested on both without one"),
    pytest.mark.xdist_group("browser"),  # one worker: a browser and a server at a time are enough
]


def test_records_are_ticked_and_edited_together(tab, live_server, client):
    client.force_login(UserFactory(role="publisher"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    tab.context.add_cookies([cookie])
    owner = ActorFactory(name="Grey Lake Holding")
    for name in ("Norland", "Sorland"):
        ActorFactory(name=f"Works of {name}", kind="company", topics=["trade"])
    tab.goto("/admin/actors/actor/?kind__exact=company")
    tab.check("#action-toggle")
    tab.select_option("select[name=action]", "edit_together")
    tab.get_by_role("button", name=re.compile("Run")).click()
    expect(tab.locator("#chosen")).to_contain_text("2 ticked")
    tab.locator("[aria-labelledby='select2-id_set-parent-container']").click()
    tab.locator(".select2-search__field").last.press_sequentially("grey")
    tab.locator(".select2-results__option", has_text="Grey Lake Holding").click()
    tab.check("[name=add-topics][value=energy]")
    tab.get_by_role("button", name="Show what it would do").click()
    expect(tab.locator("#counts")).to_contain_text("Update 2")
    assert not Actor.objects.filter(parent=owner).exists()
    tab.fill("[name=reason]", "Bought")
    tab.get_by_role("button", name="Apply").click()
    expect(tab.get_by_text("Applied. 2 update.")).to_be_visible()
    assert Actor.objects.filter(parent=owner, topics__has="energy").count() == 2

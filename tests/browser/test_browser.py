"""The admin as a curator meets it: a real browser, a running server, the API over HTTP."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from apps.articles.models import Article
from apps.ledger.models import Dataset
from tests.support.desk import database_state
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("scripts in a browser; its pages are tested on both without one"),
    pytest.mark.xdist_group("browser"),  # one worker: a browser and a server at a time are enough
]
NAME = "JF-17 Thunder Block III from Pakistan to Azerbaijan"
LIST = "/api/v1/arms-transfers/?supplier=pakistan&recipient=azerbaijan"


@pytest.fixture
def desk(tab: Page) -> Page:
    """The empty form of an arms transfer, opened by a curator by way of login and sidebar."""
    User.objects.create_superuser("curator", password="of the test")
    ActorFactory(slug="pakistan", name="Pakistan")
    ActorFactory(slug="azerbaijan", name="Azerbaijan")
    AgreementFactory(slug="jf-17-contract", name="Contract on the JF-17")
    ArticleFactory(slug="jf-17-article", title="The JF-17 in the South Caucasus")
    tab.goto("/admin/")
    tab.fill("[name=username]", "curator")
    tab.fill("[name=password]", "of the test")
    tab.get_by_role("button", name="Log in").click()
    tab.get_by_role("link", name="Arms transfers").first.click()
    tab.locator("a[href*='/armstransfer/add/']").first.click()
    expect(tab.locator("#id_name")).to_be_visible()
    return tab


def pick_record(page: Page, field: str, typed: str, label: str) -> None:
    """Pick a record in an autocompletion."""
    page.click(f"[aria-labelledby='select2-id_{field}-container']")
    page.locator(".select2-search__field").press_sequentially(typed)
    page.locator(".select2-results__option", has_text=label).click()
    expect(page.locator(f"#select2-id_{field}-container")).to_contain_text(label)


def enter_transfer(page: Page, paragraph: str) -> None:
    """Type the transfer in, its one citation at `paragraph` of the INTRO, and save."""
    page.locator("#id_name").press_sequentially(NAME)
    pick_record(page, "supplier", "pakis", "Pakistan")
    pick_record(page, "recipient", "azer", "Azerbaijan")
    pick_record(page, "contract", "jf-17", "Contract on the JF-17")
    page.fill("#id_number_requested", "60")
    page.select_option("#id_weapon_category", "aircraft")
    page.select_option("#id_status", "requested")
    page.select_option("#id_certainty", "reported")
    page.select_option("#id_publication", "published")
    page.locator("#tabs-items").get_by_text("Citations").click()
    page.get_by_text("Add another Citation").click()
    pick_record(page, "citations-0-article", "south cauc", "The JF-17 in the South Caucasus")
    page.fill("#id_citations-0-section", "INTRO")
    page.fill("#id_citations-0-paragraph", paragraph)
    page.select_option("#id_citations-0-field", "number_requested")
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_record_typed_in_by_hand_is_in_the_api_at_once(desk):
    before = Dataset.current_revision()
    enter_transfer(desk, paragraph="2")
    expect(desk.get_by_text("was added successfully")).to_be_visible()
    answer = desk.request.get(LIST).json()
    record = answer["results"][0]
    shown = ("slug", "name", "contract", "number_requested", "number_requested_qualifier")
    assert answer["count"] == 1
    assert [record[key] for key in shown] == [
        "jf-17-thunder-block-iii-from-pakistan-to-azerbaijan",
        NAME,
        "jf-17-contract",
        60,
        "exact",
    ]
    assert record["number_ordered"] is None
    assert record["citations"] == [
        {
            "article": "jf-17-article",
            "section": "INTRO",
            "paragraph": 2,
            "page": None,
            "field": "number_requested",
            "value": None,
            "stance": "states",
            "note": None,
        }
    ]
    assert record["revision"] == desk.request.get("/api/v1/").json()["revision"] == before + 1


def test_a_wrong_locator_is_shown_beside_its_field_and_corrected_there(desk):
    before = database_state()
    enter_transfer(desk, paragraph="3")
    beside = desk.locator("#citations-data td.field-paragraph.errors")
    expect(beside).to_contain_text("INTRO of jf-17-article ends with 2.")
    assert database_state() == before
    assert desk.request.get(LIST).json()["count"] == 0
    desk.fill("#id_citations-0-paragraph", "2")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("was added successfully")).to_be_visible()
    assert [result["name"] for result in desk.request.get(LIST).json()["results"]] == [NAME]


def test_the_slug_follows_the_name_in_any_script_until_it_is_typed(desk: Page) -> None:
    slug = desk.locator("#id_slug")
    desk.locator("#id_name").press_sequentially("Қазақстан")
    expect(slug).to_have_value("qazaqstan")
    desk.locator("#id_name").press_sequentially(" ադրբեջան")
    expect(slug).to_have_value("qazaqstan-adrbejan")
    slug.fill("kazakhstan")
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.locator("#id_name").press_sequentially(" again")
    desk.get_by_text("Add another Citation").count()  # the page has taken the keys
    expect(slug).to_have_value("kazakhstan")
    assert [address for address in asked if "/admin/slug/" in address] == []


def test_the_sections_of_the_cited_article_are_offered(desk: Page) -> None:
    article = Article.objects.get(slug="jf-17-article")
    desk.goto("/admin/arms_transfers/armstransfer/add/?article=jf-17-article")
    desk.get_by_role("link", name="Citations").click()
    desk.locator("[name=citations-0-section]").focus()
    offered = desk.locator(f"#sections-of-{article.pk} option")
    offered.first.wait_for(state="attached")
    wanted = [section.name for section in article.sections.all()]
    assert [option.get_attribute("value") for option in offered.all()] == wanted
    desk.fill("[name=citations-0-section]", wanted[0])
    desk.locator("[name=citations-0-paragraph]").focus()
    last = article.sections.get(name=wanted[0]).paragraphs
    expect(desk.locator("[name=citations-0-paragraph]")).to_have_attribute(
        "placeholder", f"1–{last}"
    )


def test_a_row_that_is_removed_takes_nothing_along(desk: Page) -> None:
    desk.goto("/admin/arms_transfers/armstransfer/add/?article=jf-17-article")
    desk.get_by_role("link", name="Citations").click()
    for number, section in enumerate(("INTRO", "BACKGROUND", "CONCLUSIONS")):
        if number:
            desk.get_by_text("Add another Citation").click()
            pick_record(desk, f"citations-{number}-article", "south cauc", "The JF-17")
        desk.fill(f"#id_citations-{number}-section", section)
        desk.select_option(f"#id_citations-{number}-field", "supplier")
    desk.locator("#citations-group .delete-template").nth(1).click()
    shown = desk.locator("#citations-data tbody:not(.empty-form)")
    expect(shown).to_have_count(2)
    assert desk.locator("[name=citations-TOTAL_FORMS]").input_value() == "2"
    for number, section in enumerate(("INTRO", "CONCLUSIONS")):
        row = shown.nth(number)
        expect(row.locator(f"[name=citations-{number}-section]")).to_have_value(section)
        expect(row.locator(f"[name=citations-{number}-field]")).to_have_value("supplier")
        expect(row.locator(".select2-selection")).to_contain_text("The JF-17")
    desk.get_by_text("Add another Citation").click()
    pick_record(desk, "citations-2-article", "south cauc", "The JF-17")
    expect(shown.nth(1).locator(".select2-selection")).to_contain_text("The JF-17")


def test_a_source_is_cited_from_within_a_field_by_keyboard_alone(desk: Page) -> None:
    desk.goto("/admin/arms_transfers/armstransfer/add/?article=jf-17-article")
    desk.get_by_role("link", name="Citations").click()
    desk.fill("[name=citations-0-section]", "INTRO")
    desk.get_by_role("link", name="General").click()
    desk.fill("#id_number_requested", "60")
    desk.keyboard.press("Alt+c")
    desk.keyboard.type("2")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_number_requested")).to_be_focused()
    row = desk.locator("#citations-data tbody:not(.empty-form)").nth(1)
    expect(row.locator("[name$=-field]")).to_have_value("number_requested")
    expect(row.locator("[name$=-section]")).to_have_value("INTRO")
    expect(row.locator("[name$=-paragraph]")).to_have_value("2")
    article = Article.objects.get(slug="jf-17-article")
    expect(row.locator("[name$=-article]")).to_have_value(str(article.pk))

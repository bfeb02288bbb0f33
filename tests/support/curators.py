"""A curator in a browser: logs in, types a record of the seeds in, cites field by field."""

import re
from typing import Any

from django.db import models
from playwright.sync_api import Locator, Page, expect

from apps.core.fields import WordListField
from apps.core.models import record_models

SeedRecords = dict[tuple[str, str], dict[str, Any]]  # records of the seeds by endpoint and slug


def log_in_anew(tab: Page, name: str) -> None:
    """Begin anew as an account made by UserFactory."""
    tab.context.clear_cookies()
    tab.goto("/admin/")
    tab.fill("[name=username]", name)
    tab.fill("[name=password]", "of the test")
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("link", name="Proposals").first).to_be_visible()


def choose_by_name(page: Page, name: str, typed: str, label: str) -> None:
    """Pick a record in an autocompletion."""
    shown = page.locator(f"[aria-labelledby='select2-id_{name}-container']")
    shown.click()
    page.locator(".select2-search__field").last.press_sequentially(typed)
    page.locator(
        ".select2-results__option", has_text=re.compile(f"^{re.escape(label)}")
    ).first.click()
    expect(shown).to_contain_text(label)


class Typist:
    """Types the entry of a seed file into the form of its type, as a curator would."""

    def __init__(self, page: Page, endpoint: str, known: SeedRecords, missing: SeedRecords) -> None:
        self.page, self.model = page, record_models()[endpoint]
        self.known, self.missing = known, missing

    def type_in(self, record: dict[str, Any]) -> None:
        """Each field, each row of each list, then the citations from beside their fields."""
        parts = self.model.parts()
        for name, value in record.items():
            if name in parts and name != "citations":
                self.fill_rows(parts[name], name, value)
            elif name not in ("slug", "citations"):
                self.fill(self.model, name, name, value)
        self.page.fill("#id_slug", record["slug"])  # last: the form derives it from the name
        for number, citation in enumerate(record["citations"]):
            self.cite(number, citation)

    def fill_rows(self, part: Any, name: str, rows: list[dict[str, Any]]) -> None:
        """A list of parts, on its own tab."""
        self.open_tab(name)
        for number, row in enumerate(rows):
            self.page.locator(f"#{name}-group a.add-row").click()
            for inner, value in row.items():
                self.fill(part, inner, f"{name}-{number}-{inner}", value)
        self.open_tab("general")

    def open_tab(self, name: str) -> None:
        """Turn to a list of the record, or back to its own fields."""
        self.page.click(f"#tabs-items a[href='#{name}']")

    def fill(self, model: Any, name: str, at: str, value: Any) -> None:
        """One value, by the widget that its field has."""
        field = model._meta.get_field(name)
        if isinstance(field, WordListField):
            for word in value:
                self.page.check(f"[name='{at}'][value='{word}']")
        elif isinstance(field, models.ForeignKey):
            self.choose_record(at, field.related_model.endpoint(), value)
        elif field.choices:
            self.page.select_option(f"#id_{at}", str(value))
        else:
            self.page.fill(f"#id_{at}", str(value))

    def choose_record(self, at: str, endpoint: str, slug: str) -> None:
        """Choose a record by its name; one that is missing is made as a draft on the way."""
        missing = self.missing.pop((endpoint, slug), None)
        if missing is None:
            name = self.known[endpoint, slug]["name"]
            choose_by_name(self.page, at, name, name)
            return
        beside = self.page.locator(f".related-widget-wrapper:has(#id_{at})")
        beside.get_by_text("more_vert").click()
        with self.page.expect_popup() as opened:
            self.page.click(f"#add_id_{at}")
        form = opened.value
        form.wait_for_load_state("load")  # from then on the slug follows the name
        form.locator("#id_name").press_sequentially(missing["name"])
        expect(form.locator("#id_slug")).to_have_value(slug)
        form.select_option("#id_kind", missing["kind"])
        form.select_option("#id_certainty", missing["certainty"])
        with form.expect_event("close"):
            form.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.locator(f"#select2-id_{at}-container")).to_contain_text(missing["name"])

    def cite(self, number: int, citation: dict[str, Any]) -> None:
        """Give a locator: to the citation with which the form began, or from beside a field."""
        name = citation.get("field")
        if number and name:
            if name in self.model.parts():
                self.open_tab(name)
            self.page.click(f"[data-cite={name}]")
            line = self.page.locator(f"ul[data-field={name}] li").last
            self.fill_locator(line.locator("[data-part=section]"), citation["section"])
            self.fill_locator(line.locator("[data-part=paragraph]"), citation["paragraph"])
        self.open_tab("citations")
        if not number or not name:
            self.cite_the_record(number, citation)
        if "note" in citation:
            self.page.fill(f"#id_citations-{number}-note", citation["note"])
        self.open_tab("general")

    def cite_the_record(self, number: int, citation: dict[str, Any]) -> None:
        """A citation of no field, on the tab of citations."""
        row = f"#id_citations-{number}"
        if number:
            self.page.locator("#citations-group a.add-row").click()
            title = self.known["articles", citation["article"]]["title"]
            choose_by_name(self.page, f"citations-{number}-article", title, title)
        self.fill_locator(self.page.locator(f"{row}-section"), citation["section"])
        self.fill_locator(self.page.locator(f"{row}-paragraph"), citation["paragraph"])

    def fill_locator(self, field: Locator, value: Any) -> None:
        """A section or a paragraph, unless it stands there from the citation before."""
        if field.input_value() != str(value):
            field.fill(str(value))

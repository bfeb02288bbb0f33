"""The numbers of the desk's first page, with records in every state: each has its list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.articles.models import Article, Link
from apps.core.models import record_models
from apps.documents.revisions import open_revision
from apps.ledger.models import Revision
from tests.accounts.factories import UserFactory
from tests.core.factories import add_parts
from tests.documents.acts import merge_records, retract_record
from tests.documents.ledger_factories import ProposalFactory, RevisionFactory
from tests.support.desk import Desk
from tests.support.registry import RECORD_FACTORIES
from tests.types.articles.factories import ArticleFactory, LinkFactory

pytestmark = pytest.mark.django_db

ROLES = ["contributor", "editor", "publisher", "administrator"]
SOURCES = ["source-a", "source-b", "source-c"]


def add_citations(record: Any, *articles: str, **more: Any) -> None:
    """Further citations of a record."""
    citations = [{"article": ArticleFactory(slug=slug), **more} for slug in articles]
    with open_revision(reason="Cited", origin="seed") as opened:
        add_parts(record, "citations", citations)
        opened.touch(record)


def make_records_of_every_kind(make: Any) -> None:
    """Published records by certainty, sources and dispute; retracted and merged ones; a draft."""
    first = make(certainty="alleged")
    add_citations(first, *SOURCES)
    add_citations(make(certainty="reported"), "source-a")
    add_citations(make(certainty="disputed"), "source-a", field="summary", stance="denies")
    retract_record(make())
    merge_records(make(), first)
    make(publication="draft")


def make_draft_by(user: Any, make: Any) -> None:
    """A draft that an account began."""
    draft = make(publication="draft")
    Revision.objects.filter(versions__type=draft.endpoint(), versions__slug=draft.slug).update(
        user=user
    )


@pytest.fixture
def desks() -> dict[str, Desk]:
    """The desks of all roles, and what is on them: of each role a draft and proposals, too."""
    users = {role: UserFactory(role=role) for role in ROLES}
    for make in RECORD_FACTORIES.values():
        make_records_of_every_kind(make)
    Revision.objects.update(at=datetime.now(UTC) - timedelta(days=40))
    for user in (users["contributor"], users["administrator"]):
        for make in RECORD_FACTORIES.values():
            make_draft_by(user, make)
        for state in ("waiting", "sent_back", "kept", "refused"):
            ProposalFactory(author=user, state=state)
    Revision.objects.filter(user=users["contributor"]).update(
        at=datetime.now(UTC) - timedelta(days=31)
    )
    article = ArticleFactory(url="https://news.example/gone")
    moment = datetime.now(UTC)
    LinkFactory(address=article.url, status=404, checked_at=moment, failing_since=moment)
    return {role: Desk(Client(), user) for role, user in users.items()}


def linked_numbers(desk: Desk) -> Iterator[tuple[str, int, str]]:
    """Every number of the page that leads to a list: what it is of, the number, the address."""
    page = desk.client.get(reverse("admin:index")).context
    for row in [*page["queue"], *page["attention"]["own"]]:
        yield row["name"], row["count"], row["address"]
    for row in page["attention"]["rows"]:
        for cell in row["cells"]:
            yield cell["label"], cell["count"], cell["address"]
    for chart in page["charts"]:
        for row in chart.rows:
            for piece in row.pieces:
                if piece.number.address:
                    yield (
                        f"{chart.key} {piece.series.name}",
                        piece.number.count,
                        piece.number.address,
                    )


@pytest.mark.parametrize("role", ["contributor", "administrator"])
def test_every_number_is_the_length_of_its_list(desks, role):
    numbers = list(linked_numbers(desks[role]))
    for name, count, address in numbers:
        page = desks[role].client.get(address)
        assert page.status_code == 200, address
        assert (name, address, page.context["cl"].result_count) == (name, address, count)
    assert {name for name, *_ in numbers} == {name for name, count, _ in numbers if count}
    endpoints = {address.split("?")[0] for *_, address in numbers}
    assert len(endpoints) == len(record_models()) + 1  # and the proposals


def test_drafts_of_others_are_counted_for_who_may_see_them(desks):
    for role, drafts in [("contributor", 1), ("editor", 3), ("administrator", 3)]:
        corridors = chart_of_page(desks[role], "by-publication").rows[-2]
        assert corridors.name == "Corridors"
        assert [piece.number.count for piece in corridors.pieces] == [3, drafts, 2]


def test_every_published_record_is_counted_once_by_what_it_rests_on(desks):
    desk = desks["editor"]
    resting = {
        row.name: [piece.number.count for piece in row.pieces]
        for row in chart_of_page(desk, "by-sources").rows
    }
    published = {
        row.name: row.pieces[0].number.count for row in chart_of_page(desk, "by-publication").rows
    }
    del published["Articles"]  # each is its own source
    assert {name: sum(counts) for name, counts in resting.items()} == published
    assert resting["Corridors"] == [0, 2, 0, 1]


def chart_of_page(desk: Desk, key: str) -> Any:
    """A chart of the first page."""
    charts = desk.client.get(reverse("admin:index")).context["charts"]
    return next(chart for chart in charts if chart.key == key)


def test_the_revisions_of_each_week_are_counted(client):
    desk = Desk(client, UserFactory(role="editor"))
    today = datetime.now(UTC)
    monday = today - timedelta(days=today.weekday())
    for at in (today, monday, monday - timedelta(weeks=1), monday - timedelta(weeks=25)):
        RevisionFactory(at=at)
    RevisionFactory(at=monday - timedelta(weeks=25, days=1))  # too long ago
    RevisionFactory(at=today, number=None)  # of a draft
    weeks = desk.client.get(reverse("admin:index")).context["weeks"]
    counts = [column.number.count for column in weeks.columns]
    assert counts == [1, *[0] * 23, 1, 2]
    assert weeks.columns[-1].name == f"{monday:%Y-%m-%d}"


class Drawings(HTMLParser):
    """The drawings of a page: what each is called, and what of it the keyboard can reach."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.images: list[dict[str, Any]] = []
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.ids: list[str] = []
        self.reachable = 0
        self.drawing = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        self.ids.append(given.get("id", ""))
        if tag == "svg":
            self.drawing = True
            self.images.append(given)
        self.reachable += self.drawing and tag == "a" and given.get("tabindex") != "-1"
        self.inside = given.get("id", "") if tag in ("title", "desc") else self.inside

    def handle_endtag(self, tag: str) -> None:
        self.drawing = self.drawing and tag != "svg"
        self.inside = "" if tag in ("title", "desc") else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside] = data


def test_every_drawing_says_in_words_what_it_shows(desks):
    page = desks["editor"].client.get(reverse("admin:index")).content.decode()
    drawings = Drawings(page[page.index('id="desk"') :])
    assert len(drawings.images) > 3 * len(record_models())
    for image in drawings.images:
        assert image["role"] == "img"
        assert "style" not in image
        assert all(drawings.texts[name].strip() for name in image["aria-labelledby"].split())
    named = [identifier for identifier in drawings.ids if identifier]
    assert len(named) == len(set(named))
    assert drawings.reachable == 0  # an image has no parts; the numbers beside it are the links
    assert "3 published, 3 draft, 2 retracted" in drawings.texts.values()


def test_the_first_page_costs_the_same_queries_however_much_there_is(client, queries):
    desk = Desk(client, UserFactory(role="administrator"))

    def cost() -> int:
        desk.client.get(reverse("admin:index"))  # reads each document once, to see what it cites
        with queries() as counted:
            desk.client.get(reverse("admin:index"))
        return len(counted)

    for make in RECORD_FACTORIES.values():
        make()
    before = cost()
    for make in RECORD_FACTORIES.values():
        make_records_of_every_kind(make)
    ArticleFactory(url="https://news.example/gone")
    Link.objects.note_answer(
        "https://news.example/gone", status=410, reason="", fails=True, at=datetime.now(UTC)
    )
    types = len(record_models())
    assert before <= cost() <= before + types  # to know that a list is empty may cost none
    assert before <= 9 * types + 20  # for each type five lists, two charts and its citations
    assert Article.objects.with_dead_links().count() == 1

"""The links of articles: what the command keeps and says of them, and what the desk shows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from apps.articles.models import Article, Link
from tests.documents.acts import change_record
from tests.links.web import Web, serve_web
from tests.support.desk import Desk, database_state
from tests.types.articles.factories import ArticleFactory, LinkFactory

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 11, 18, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as served:
        yield served


@pytest.fixture
def desk(client) -> Desk:
    return Desk(client, User.objects.create_superuser("curator"))


def run_check_links(*arguments: str) -> list[str]:
    """Run the command on this machine's web, as a shell does; the lines that it prints."""
    out = StringIO()
    usual = ("--private", "--pause=0", "--limit=20")
    call_command("check_links", *usual, *arguments, stdout=out, skip_checks=False)
    return out.getvalue().splitlines()


def keep_check(address: str, status: int | None, at: datetime) -> None:
    """Keep the answer of a check."""
    fails = status != 200
    Link.objects.note_answer(address, status=status, reason=f"{status}", fails=fails, at=at)


def test_every_address_is_asked_once_and_the_dataset_stays_as_it_is(web):
    ArticleFactory(url=web("/ok"), archived_url=web("/missing"))
    ArticleFactory(url=web("/ok"))
    ArticleFactory()
    ArticleFactory(url=web("/broken"), publication="draft")
    before = database_state()
    lines = run_check_links()
    assert sorted(lines[:-1]) == [
        f"{web('/broken')}: 500 Internal Server Error",
        f"{web('/missing')}: 404 Not Found",
        f"{web('/ok')}: 200 OK",
    ]
    assert lines[-1] == "3 links asked: 1 answered, 2 failed. 1 of 3 are dead."
    assert sorted(web.asked) == [
        ("GET", "/broken"),
        ("GET", "/missing"),
        ("HEAD", "/broken"),
        ("HEAD", "/missing"),
        ("HEAD", "/ok"),
    ]
    assert database_state() == before
    kept = [(link.address, link.status, link.reason) for link in Link.objects.all()]
    assert kept == [
        (web("/broken"), 500, "500 Internal Server Error"),
        (web("/missing"), 404, "404 Not Found"),
        (web("/ok"), 200, "200 OK"),
    ]
    failing = Link.objects.exclude(failing_since=None)
    assert [link.address for link in failing] == [web("/broken"), web("/missing")]


def test_a_link_that_was_asked_recently_can_be_left_out(web):
    ArticleFactory(url=web("/ok"), archived_url=web("/wall"))
    now = datetime.now(UTC)
    LinkFactory(address=web("/ok"), checked_at=now - 6 * DAY)
    LinkFactory(address=web("/wall"), checked_at=now - 8 * DAY)
    summary = run_check_links("--older-than=7")[-1]
    assert web.asked == [("HEAD", "/wall"), ("GET", "/wall")]
    left = "1 left out, asked within 7 days."
    assert summary == f"1 links asked: 1 answered, 0 failed. {left} 0 of 2 are dead."


def test_what_no_article_has_any_more_is_forgotten(web):
    article = ArticleFactory(url=web("/ok"))
    run_check_links()
    change_record(article, url=web("/wall"))
    run_check_links()
    assert [link.address for link in Link.objects.all()] == [web("/wall")]


def test_without_private_this_machine_is_not_asked(web):
    ArticleFactory(url=web("/ok"))
    out = StringIO()
    call_command("check_links", "--pause=0", stdout=out)
    assert "not asked: 127.0.0.1 is 127.0.0.1, no public address" in out.getvalue()
    assert web.asked == []


def test_nothing_to_ask_is_no_fault():
    assert run_check_links() == ["0 links asked: 0 answered, 0 failed. 0 of 0 are dead."]


@pytest.mark.parametrize(
    "argument", ["--older-than=-1", "--older-than=week", "--limit=0", "--limit=nan", "--pause=inf"]
)
def test_a_senseless_argument_is_refused_with_what_would_be_right(argument):
    with pytest.raises(CommandError, match="is no number from"):
        run_check_links(argument)


@pytest.mark.parametrize(
    ("checks", "is_dead"),
    [
        ([(200, FIRST)], False),
        ([(404, FIRST)], True),
        ([(410, FIRST)], True),
        ([(500, FIRST)], False),
        ([(None, FIRST)], False),
        ([(500, FIRST), (500, FIRST + DAY - HOUR)], False),
        ([(500, FIRST), (None, FIRST + DAY)], True),
        ([(None, FIRST), (500, FIRST + HOUR), (None, FIRST + 3 * DAY)], True),
        ([(500, FIRST), (200, FIRST + DAY), (500, FIRST + 2 * DAY)], False),
        ([(404, FIRST), (200, FIRST + DAY)], False),
        ([(404, FIRST), (None, FIRST + HOUR)], False),  # of the second nobody knows yet
    ],
)
def test_which_links_are_dead(checks, is_dead):
    for status, at in checks:
        keep_check("https://news.example/", status, at)
    assert Link.objects.dead().exists() is is_dead


def articles_wanting_attention(desk: Desk, name: str) -> list[str]:
    """The articles of a list that wants attention, by their slugs."""
    page = desk.client.get(f"{desk.address(Article)}?attention={name}")
    assert page.status_code == 200
    return [record.slug for record in page.context["cl"].result_list]


def test_the_desk_lists_articles_with_dead_links_and_without_a_copy(desk):
    both = {"url": "https://news.example/a", "archived_url": "https://archive.example/a"}
    ArticleFactory(slug="a", **both)
    ArticleFactory(slug="b", url="https://news.example/b")
    ArticleFactory(slug="c", archived_url="https://archive.example/c")
    ArticleFactory(slug="d")
    ArticleFactory(slug="e", url="https://news.example/b", publication="draft")
    assert articles_wanting_attention(desk, "unarchived") == ["b"]
    assert articles_wanting_attention(desk, "dead_links") == []
    keep_check("https://archive.example/a", 404, FIRST)
    keep_check("https://news.example/b", 410, FIRST)
    keep_check("https://archive.example/c", 200, FIRST)
    assert articles_wanting_attention(desk, "dead_links") == ["a", "b"]
    change_record(Article.objects.get(slug="b"), archived_url="https://archive.example/b")
    assert articles_wanting_attention(desk, "unarchived") == []


def test_what_only_articles_have_is_no_filter_of_other_types(desk):
    page = desk.client.get("/admin/actors/actor/")
    assert b"attention=disputed" in page.content
    assert b"attention=dead_links" not in page.content


def text_about_links(desk: Desk, **addresses: Any) -> str:
    """What the form of an article says of its links."""
    page = desk.client.get(desk.address(ArticleFactory(**addresses)))
    form = page.context["adminform"]
    return str(form.model_admin.checked_links(form.form.instance))


def test_the_form_of_an_article_says_what_became_of_its_links(desk):
    keep_check("https://news.example/a", 200, FIRST)
    keep_check("https://archive.example/a", 404, FIRST + DAY)
    keep_check("https://news.example/b", 500, FIRST)
    keep_check("https://news.example/b", None, FIRST + HOUR)
    assert text_about_links(desk) == "It has no address."
    assert (
        text_about_links(desk, url="https://news.example/new") == "<div>url: not checked yet</div>"
    )
    assert text_about_links(
        desk, url="https://news.example/a", archived_url="https://archive.example/a"
    ) == (
        "<div>url: answered 200 on 2026-11-18</div>"
        "<div>archived url: dead: fails since 2026-11-19: 404 (asked on 2026-11-19)</div>"
    )
    text = "fails since 2026-11-18: None (asked on 2026-11-18)"
    assert text_about_links(desk, url="https://news.example/b") == f"<div>url: {text}</div>"


def test_the_checks_stand_on_the_page_and_cannot_be_typed(desk):
    article = ArticleFactory(url="https://news.example/<b>")
    LinkFactory(address=article.url, reason="200 OK, at https://news.example/<i>")
    page = desk.client.get(desk.address(article)).content.decode()
    assert "answered 200 OK, at https://news.example/&lt;i&gt; on 2026-11-20" in page
    assert not [name for name in desk.form(article) if "link" in name]

"""Lists, facets, aggregates, searches and exports as they stood: the very bytes of then."""

import os
from collections import defaultdict
from threading import Thread
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connection

from apps.actors.models import Actor
from apps.documents.past_tables import tables_as_of
from apps.documents.revisions import open_revision
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record, retract_record
from tests.merging.acts import merge
from tests.support.past_answers import (
    History,
    answer_to,
    asked_urls,
    dated_url,
    newest_revision,
    undated_body,
)
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db

# At each of 30 revisions a share of 200 URLs is asked; PAST_SHARE=1 asks all of them.
URLS, REVISIONS = 200, 30
SHARE = int(os.environ.get("PAST_SHARE", "10"))
PATHS = ("/api/v1/actors/", "/api/v1/actors/aggregate/", "/api/v1/search/")


def test_every_answer_of_then_is_what_was_answered_then():
    load_curated_data()
    urls, history = asked_urls(URLS), History()
    assert len(urls) == URLS
    recorded = defaultdict(dict)
    for turn in range(REVISIONS):
        number = newest_revision()
        recorded[number] = {url: answer_to(url) for url in urls[turn % SHARE :: SHARE]}
        history.act(turn)
    assert len(recorded) == REVISIONS
    differing = []
    for turn, (number, answers) in enumerate(recorded.items()):
        books = [
            url for url in answers if "xlsx" in url
        ]  # they say on their cover of when they are
        with tables_as_of(number):
            plain = [url for url in answers if url not in books]
            differing += [(number, url) for url in plain if answer_to(url) != answers[url]]
        for url in {*books, *[*answers][turn % 5 :: 5]}:
            status, body, left_out = answer_to(dated_url(url, number))
            if (status, undated_body(body), left_out) != answers[url]:
                differing.append((number, dated_url(url, number)))
    assert differing == []


def test_what_was_merged_or_withdrawn_later_is_found_by_the_same_filters_as_then(api):
    actor, other = ActorFactory(slug="norland"), ActorFactory(slug="norland-two")
    transfer = ArmsTransferFactory(slug="tanks", supplier=other)
    before = newest_revision()
    merge(actor, other, reason="The same")
    retract_record(transfer)
    assert slugs(api, "/api/v1/arms-transfers/", supplier="norland-two", revision=before) == [
        "tanks"
    ]
    assert slugs(api, "/api/v1/arms-transfers/", supplier="norland", revision=before) == []
    assert slugs(api, "/api/v1/arms-transfers/", supplier="norland") == []
    assert api.get("/api/v1/arms-transfers/", {"supplier": "norland-two"}).status_code == 400
    assert slugs(api, "/api/v1/actors/", q="norland two", revision=before) == ["norland-two"]
    assert slugs(api, "/api/v1/search/", q="norland two", revision=before) == ["norland-two"]
    assert "norland-two" not in slugs(api, "/api/v1/search/", q="norland two")


def test_a_record_holds_as_its_sources_stood(api):
    """Nothing of an agreement's own document is changed when its article turns out to be older."""
    source = ArticleFactory(slug="the-source", published_on="2020-05-01")
    made = AgreementFactory(slug="pact", status="in_force", signed_on=None)
    cite(made, source)
    before = newest_revision()
    asked = {"in_force_on": "2019-07"}
    change_record(source, published_on="2019-05-01")
    assert slugs(api, "/api/v1/agreements/", **asked) == ["pact"]
    assert slugs(api, "/api/v1/agreements/", **asked, revision=before) == []


def test_before_the_first_revision_there_is_nothing(api, endpoint, make):
    make()
    answer = api.get(f"/api/v1/{endpoint}/", {"revision": 0, "format": "json"})
    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert slugs(api, f"/api/v1/{endpoint}/", as_of="1999-12-31") == []
    assert b"".join(api.get(f"/api/v1/{endpoint}/?revision=0&format=ndjson")) == b""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ({"revision": "9"}, {"revision": ["The newest revision is 2."]}),
        ({"revision": "x"}, {"revision": ["A whole number from 0 to 9,007,199,254,740,991."]}),
        ({"revision": ""}, {"revision": ["A parameter has a value."]}),
        ({"revision": ["1", "2"]}, {"revision": ["This parameter stands once."]}),
        ({"revision": "1", "as_of": "2026-01-31"}, {"as_of": ["Either revision or as_of."]}),
        (
            {"as_of": "soon", "xyzzy": "red"},
            {
                "as_of": ["Write a day like 2026-01-31, or a time like 2026-01-31T12:00:00Z."],
                "xyzzy": ["Unknown parameter."],
            },
        ),
    ],
)
def test_a_time_that_makes_no_sense_is_refused_with_all_else_that_is_wrong(
    api, path, query, reasons
):
    ActorFactory(slug="norland")
    asked = {"q": "norland"} if "search" in path else {}
    assert problem_reasons(api.get(path, {**asked, **query})) == reasons


def test_pages_of_then_lead_to_pages_of_then(api):
    actors = [ActorFactory(slug=f"norland-{place}") for place in range(5)]
    before = newest_revision()
    retract_record(actors[1])
    retract_record(actors[3])
    for first in ({"page_size": 2}, {"page_size": 2, "cursor": "*"}):
        read, url = [], f"/api/v1/actors/?{urlencode({**first, 'revision': before})}"
        while url:
            page = api.get(url).json()
            read += [record["slug"] for record in page["results"]]
            url = page["next"]
        assert read == [f"norland-{place}" for place in range(5)]
    url = api.get("/api/v1/actors/", {"cursor": "*", "page_size": 2}).json()["next"]
    answer = api.get(f"{url}&revision={before}")
    assert list(problem_reasons(answer)) == ["cursor"]


def test_a_list_of_then_has_its_own_tag_and_is_not_made_again(api, queries):
    actor = ActorFactory(slug="norland")
    before = newest_revision()
    change_record(actor, summary="Later")
    url = f"/api/v1/actors/?revision={before}"
    tag = api.get(url)["ETag"]
    assert tag.startswith(f'W/"{before}-')
    change_record(actor, summary="Later still")
    assert api.get(url)["ETag"] == tag
    with queries() as counted:
        assert api.get(url, headers={"if-none-match": tag}).status_code == 304
    assert len(counted) <= 2
    assert api.get("/api/v1/actors/?revision=0", headers={"if-none-match": tag}).status_code == 200


def test_a_record_is_expanded_by_others_as_they_stood(api):
    actor = ActorFactory(slug="norland", summary="First")
    transfer = ArmsTransferFactory(slug="tanks", supplier=actor)
    change_record(actor, summary="Second")
    address = f"/api/v1/arms-transfers/{transfer.slug}/?expand=supplier"
    summaries = [
        api.get(url).json()["supplier"]["summary"]
        for url in (address, f"{address}&revision={transfer.revision}")
    ]
    assert summaries == ["Second", "First"]
    lines = b"".join(api.get(f"{address}&format=ndjson&revision={transfer.revision}"))
    assert orjson.loads(lines)["supplier"]["summary"] == "First"


def test_a_past_from_which_too_much_has_changed_is_refused(api, monkeypatch):
    ActorFactory(slug="norland")
    before = newest_revision()
    ActorFactory(slug="sorland")
    monkeypatch.setattr("apps.documents.past_tables.MAX_CHANGED", 0)
    reasons = problem_reasons(api.get(f"/api/v1/actors/?revision={before}"))
    assert reasons["revision"][0].startswith("More than 20,000 records changed since")
    assert slugs(api, "/api/v1/actors/", revision=newest_revision()) == ["norland", "sorland"]


def test_drafts_are_not_in_the_past_either(api):
    ActorFactory(slug="norland")
    before = newest_revision()
    with open_revision(reason="Begun", origin="admin") as opened:
        opened.touch(ActorFactory._meta.model.objects.create(slug="draft", name="D", kind="state"))
    ActorFactory(slug="sorland")
    assert slugs(api, "/api/v1/actors/", revision=before) == ["norland"]
    assert slugs(api, "/api/v1/actors/", revision=newest_revision()) == ["norland", "sorland"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "csv", "ndjson", "yaml", "xlsx"])
def test_nothing_of_the_past_remains_in_the_connection(api, monkeypatch, form):
    """Not after an answer, a refusal, a fault while it is made, or one that nobody reads on."""
    actor = ActorFactory(slug="norland", name="Norland")
    before = newest_revision()
    change_record(actor, name="Norland as it is")
    now = api.get("/api/v1/actors/").content
    url = f"/api/v1/actors/?format={form}&revision={before}"

    def answer_twice():
        assert whole_body(api.get(url)) != now
        assert api.get(f"{url}&kind=nothing").status_code == 400
        api.get(url).close()

    for step in (answer_twice, lambda: break_while_making(api, monkeypatch, url)):
        step()
        assert hidden_tables() == []
        assert not connection.in_atomic_block
        assert api.get("/api/v1/actors/").content == now
        assert change_record(actor, summary=f"Still written {step}") == newest_revision()
        now = api.get("/api/v1/actors/").content


@pytest.mark.django_db(transaction=True)
def test_a_past_is_read_while_somebody_writes(api, shared_database):
    """One state of the database is read, and no writer waits for it nor makes it wait."""
    actor = ActorFactory(slug="norland", summary="First")
    before = newest_revision()
    change_record(actor, summary="Second")

    def write_meanwhile():
        change_record(Actor.objects.get(slug="norland"), summary="Third")
        ActorFactory(slug="sorland")
        connection.close()

    with tables_as_of(before):
        writer = Thread(target=write_meanwhile)
        writer.start()
        writer.join(timeout=60)
        assert not writer.is_alive()
        summaries = list(Actor.objects.values_list("slug", "summary"))
    assert summaries == [("norland", "First")]
    assert Actor.objects.get(slug="norland").summary == "Third"


def break_while_making(api, monkeypatch, url):
    """Ask for an answer that cannot be made to its end."""

    def break_off(stored, *_):
        yield orjson.loads(next(iter(stored)))
        raise RuntimeError("Out of order")

    def break_at_once(*_):
        raise RuntimeError("Out of order")

    with monkeypatch.context() as patched:
        patched.setattr("apps.api.answers.exports.parse_in_batches", break_off)
        patched.setattr("apps.api.query.list_query.ListQuery.page_response", break_at_once)
        with pytest.raises(RuntimeError, match="Out of order"):
            api.get(url)


def whole_body(response):
    """All of an answer."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def hidden_tables():
    """Tables and views of the connection's own."""
    question = "SELECT name FROM temp.sqlite_master"
    if connection.vendor == "postgresql":
        question = "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def slugs(api, path, **asked):
    """The slugs of a list or a search."""
    return [record["slug"] for record in api.get(path, asked).json()["results"]]


def cite(record, article):
    """Let a record rest on an article."""
    with open_revision(reason="Cited", origin="admin") as opened:
        record.citations.all().delete()
        record.citations.create(article=article, position=1)
        opened.touch(record)

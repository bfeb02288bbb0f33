"""The change feed: what it answers, and the proof that a copy which follows it is the dataset."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.core.models import Record, record_models
from apps.documents.revisions import open_revision
from apps.ledger.models import Dataset, Revision, Version
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record, merge_records, publish_record, retract_record
from tests.documents.curators import SHARED, run_in_thread, write_as_curator
from tests.support.answers import lasting_headers
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

FEED = "/api/v1/changes/"
DRAFT, PUBLISHED, _ = Record.Publication
Copy = dict[tuple[str, str], bytes]


def change_together(*records: Record) -> None:
    """One revision of several records."""
    with open_revision(reason="Together", origin="admin") as opened:
        for record in records:
            record.refresh_from_db()
            record.summary = f"{record.summary or ''}!"
            record.save()
            opened.touch(record)


def brief_changes(response: Any) -> list[tuple[int, str, str]]:
    """Revision, operation and address of each change in an answer."""
    changes = response.json()["changes"]
    return [
        (change["revision"], change["op"], f"{change['type']}/{change['slug']}")
        for change in changes
    ]


def test_the_feed_is_every_change_in_order_with_the_stored_documents(api):
    actor = ActorFactory(slug="norland")
    change_record(actor, summary="“Ünicode” – \\ 💥")
    retract_record(actor)
    publish_record(actor)
    rows = Version.objects.order_by("id").select_related("revision")
    expected = [
        f'{{"revision":{row.revision.number},"op":"{row.operation}","type":"{row.type}",'
        f'"slug":"{row.slug}","at":"{row.revision.at.isoformat().replace("+00:00", "Z")}"'
        + (f',"document":{row.document}}}' if row.document else "}")
        for row in rows
    ]
    response = api.get(FEED)
    head = '{"from":0,"to":5,"latest":5,"changes":['
    assert response.content.decode() == f"{head}{','.join(expected)}]}}"
    assert response["Content-Type"] == "application/json"
    assert "Link" not in response
    assert brief_changes(response) == [
        (1, "created", "articles/the-source"),
        (2, "created", "actors/norland"),
        (3, "updated", "actors/norland"),
        (4, "retracted", "actors/norland"),
        (5, "created", "actors/norland"),
    ]
    assert response.json()["changes"][2]["at"] == orjson.loads(rows[2].document)["updated_at"]
    assert api.get(FEED.rstrip("/")).content == response.content


def test_the_feed_of_an_empty_dataset_is_empty(api):
    assert api.get(FEED).json() == {"from": 0, "to": 0, "latest": 0, "changes": []}


def test_since_the_newest_there_is_nothing(api):
    newest = ActorFactory().revision
    answer = api.get(FEED, {"since": newest}).json()
    assert answer == {"from": newest, "to": newest, "latest": newest, "changes": []}


@pytest.mark.parametrize("path", [f"{FEED}?since=", "/api/v1/actors/?revision__gt="])
def test_a_copy_of_a_dataset_that_was_set_back_is_told_so(api, path):
    """It would wait for ever for a revision that is another's."""
    newest = ActorFactory().revision
    assert api.get(f"{path}{newest}").status_code == 200
    for beyond in (newest + 1, 10**15 - 1):
        (reasons,) = problem_reasons(api.get(f"{path}{beyond}")).values()
        (reason,) = reasons
        assert reason.startswith(f"The newest revision is {newest}: this dataset was set back, or")


def test_within_a_revision_the_catalogue_and_then_the_letters_rule(api):
    records = [ActorFactory(slug=slug) for slug in ("ab", "a-c", "a-b-c", "aa")]
    records += [PlaceFactory(slug="tbilisi"), ArticleFactory(slug="paper")]
    since = Dataset.current_revision()
    change_together(*records)
    response = api.get(FEED, {"since": since, "documents": "false"})
    assert [address for _, _, address in brief_changes(response)] == [
        *("articles/paper", "places/tbilisi"),
        *("actors/a-b-c", "actors/a-c", "actors/aa", "actors/ab"),
    ]


@pytest.mark.parametrize(
    ("limit", "pages"),
    [
        (1, [[1], [2], [3, 3, 3], [4], [5, 5]]),
        (2, [[1, 2], [3, 3, 3], [4], [5, 5]]),
        (3, [[1, 2], [3, 3, 3], [4, 5, 5]]),
        (5, [[1, 2, 3, 3, 3], [4, 5, 5]]),
        (7, [[1, 2, 3, 3, 3, 4], [5, 5]]),
        (8, [[1, 2, 3, 3, 3, 4, 5, 5]]),
        (5000, [[1, 2, 3, 3, 3, 4, 5, 5]]),
    ],
)
def test_pages_end_at_the_borders_of_revisions(api, limit, pages):
    actor = ActorFactory(slug="norland")  # 1: its source, 2: itself
    with open_revision(origin="admin") as opened:
        others = [
            Actor.objects.create(slug=slug, name=slug, kind="state", certainty="reported")
            for slug in ("eastland", "southland", "westland")
        ]
        for other in others:
            other.citations.create(article=actor.citations.get().article, position=1)
            other.publication = PUBLISHED
            other.save()
            opened.touch(other)
    change_record(actor, summary="4")
    change_together(others[0], actor)
    revisions, since, path = [], 0, f"{FEED}?limit={limit}&documents=false"
    while path:
        response = api.get(path)
        answer = response.json()
        assert (answer["from"], answer["latest"]) == (since, 5)
        revisions.append([number for number, _, _ in brief_changes(response)])
        assert answer["to"] == revisions[-1][-1]
        since, path = answer["to"], response.get("Link", "").partition(">")[0].lstrip("<")
        assert not path or path == (
            f"http://testserver{FEED}?limit={limit}&documents=false&since={since}"
        )
    assert revisions == pages


def test_some_types_can_be_followed_alone(api):
    actor = ActorFactory(slug="norland")  # 1, an article, and 2
    place = PlaceFactory(slug="tbilisi")  # 3
    change_record(actor, summary="4")
    change_record(place, summary="5")
    change_record(actor, summary="6")
    path, changes = f"{FEED}?type=places&type=articles&limit=1&documents=false", []
    while path:
        response = api.get(path)
        changes += brief_changes(response)
        path = response.get("Link", "").partition(">")[0].lstrip("<")
    assert changes == [
        (1, "created", "articles/the-source"),
        (3, "created", "places/tbilisi"),
        (5, "updated", "places/tbilisi"),
    ]
    answer = api.get(f"{FEED}?type=places").json()
    assert (answer["to"], answer["latest"]) == (5, 6)
    nothing = api.get(f"{FEED}?type=corridors&since=3").json()
    assert nothing == {"from": 3, "to": 3, "latest": 6, "changes": []}


def test_documents_may_be_left_out(api):
    ActorFactory(slug="norland")
    assert all(
        "document" in change for change in api.get(f"{FEED}?documents=true").json()["changes"]
    )
    for change in api.get(f"{FEED}?documents=false").json()["changes"]:
        assert list(change) == ["revision", "op", "type", "slug", "at"]


def test_a_merge_names_the_record_that_remains(api):
    survivor, twin = ActorFactory(slug="norland"), ActorFactory(slug="the-norland")
    number = merge_records(twin, survivor)
    (change,) = api.get(FEED, {"since": number - 1}).json()["changes"]
    assert change.pop("at")
    assert change == {
        "revision": number,
        "op": "merged",
        "type": "actors",
        "slug": "the-norland",
        "into": "norland",
    }


def test_drafts_leave_no_trace(api):
    actor = ActorFactory()
    retract_record(actor)
    paths = [f"{FEED}{query}" for query in ("", "?since=1", "?limit=1", "?type=actors", "?since=2")]

    def answers() -> list[Any]:
        return [(r.status_code, lasting_headers(r), r.content) for r in map(api.get, paths)]

    before = answers()
    draft = ActorFactory(slug="canary", publication=DRAFT)
    change_record(draft, summary="canary")
    change_record(actor, publication=DRAFT, summary="canary")
    with open_revision(origin="admin") as opened:
        draft.citations.all().delete()
        opened.delete_draft(draft)
    assert answers() == before
    assert Version.objects.filter(is_public=False).count() == 4


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since=-1", {"since": ["A whole number from 0 to 9,007,199,254,740,991."]}),
        ("since=" + "9" * 5000, {"since": ["A whole number from 0 to 9,007,199,254,740,991."]}),
        ("since=1.0", {"since": ["A whole number from 0 to 9,007,199,254,740,991."]}),
        ("since=%D9%A3", {"since": ["A whole number from 0 to 9,007,199,254,740,991."]}),
        ("since=", {"since": ["A parameter has a value."]}),
        ("since=1&since=1", {"since": ["This parameter stands once."]}),
        ("limit=0", {"limit": ["A whole number from 1 to 5,000."]}),
        ("limit=5001", {"limit": ["A whole number from 1 to 5,000."]}),
        ("documents=no", {"documents": ["Write true or false."]}),
        ("sinse=1", {"sinse": ["Unknown parameter. Did you mean “since”?"]}),
        ("page=1", {"page": ["Unknown parameter."]}),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(api, query, expected):
    assert problem_reasons(api.get(f"{FEED}?{query}")) == expected


def test_all_faults_of_a_query_are_named_at_once(api):
    reasons = problem_reasons(
        api.get(f"{FEED}?since=x&limit=&type=actor&type=plaices&documents=1&form=csv")
    )
    assert set(reasons) == {"since", "limit", "type", "documents", "form"}
    hints = [reason.rpartition(".")[2] or reason for reason in reasons["type"]]
    assert hints == [" Did you mean “actors”?", " Did you mean “places”?"]


def test_a_reader_who_is_up_to_date_gets_304(api):
    actor = ActorFactory()
    response = api.get(f"{FEED}?since=1")
    held = {"if-none-match": response["ETag"]}
    assert api.get(f"{FEED}?since=1", headers=held).status_code == 304
    change_record(actor, summary="Other")
    assert api.get(f"{FEED}?since=1", headers=held).status_code == 200


def test_a_feed_costs_the_same_queries_however_long_it_is(api, queries):
    def costs() -> list[int]:
        counts = []
        for query in ("", "?limit=1", "?since=1&type=actors", "?documents=false"):
            with queries() as counted:
                api.get(FEED + query)
            counts.append(len(counted))
        return counts

    actor = ActorFactory()
    short = costs()
    for step in range(8):
        change_record(actor, summary=str(step))
    assert costs() == short == [3, 4, 4, 3]  # whether the revision of `since` is there is one


# ------------------------------------------------------------------------------ the replay proof

WRITERS = 8


def take_snapshot() -> tuple[int, Copy]:
    """The dataset at one moment: its revision and every published document."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        number = Dataset.current_revision()
        return number, {
            (endpoint, slug): document.encode()
            for endpoint, model in record_models().items()
            for slug, document in model.objects.published().values_list("slug", "document")
        }


def apply_changes(copy: Copy, changes: list[dict[str, Any]]) -> None:
    """Bring a copy up to date: all that a reader of the feed has to do."""
    for change in changes:
        key = change["type"], change["slug"]
        if change["op"] in ("created", "updated"):
            copy[key] = orjson.dumps(change["document"])
        else:
            del copy[key]


def follow_feed(copy: Copy, since: int, is_over: Callable[[], bool]) -> tuple[int, Copy]:
    """Follow the feed, page by page, until it is over and read to its end."""
    api = APIClient()
    while True:
        last_round = is_over()
        answer = orjson.loads(api.get(FEED, {"since": since, "limit": 5}).content)
        numbers = sorted({change["revision"] for change in answer["changes"]})
        assert numbers == list(range(since + 1, answer["to"] + 1)), "a revision was missed"
        assert answer["to"] <= answer["latest"]
        apply_changes(copy, answer["changes"])
        since = answer["to"]
        if last_round and not answer["changes"]:
            return since, copy


@pytest.mark.usefixtures("shared_database")
def test_a_copy_that_follows_the_feed_is_the_dataset_while_eight_write():
    for slug in SHARED:
        ActorFactory(slug=slug)
    since, base = take_snapshot()
    over, barrier = Event(), Barrier(WRITERS + 2)

    def copy_now_and_then() -> list[tuple[int, Copy]]:
        return [take_snapshot() for _ in range(6) if not over.wait(0.05)]

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        writers = [pool.submit(run_in_thread, write_as_curator, barrier, n) for n in range(WRITERS)]
        reader = pool.submit(run_in_thread, follow_feed, barrier, dict(base), since, over.is_set)
        copier = pool.submit(run_in_thread, copy_now_and_then, barrier)
        try:
            for writer in writers:
                writer.result()
        finally:
            over.set()
        followed, copies = reader.result(), copier.result()
    newest = take_snapshot()
    assert followed == newest
    for number, copy in [(0, {}), (since, base), *copies]:
        assert follow_feed(copy, number, lambda: True) == newest
    numbers = Revision.objects.filter(number__isnull=False).order_by("id")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, newest[0] + 1))
    assert newest[0] >= since + 2 * WRITERS
    assert Version.objects.public().filter(operation="retracted").exists()

"""Many write by the API at the same time: nothing is lost, and a copy that follows stays true."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from apps.actors.models import Actor
from apps.ledger.models import Dataset, Revision, Version
from tests.api.answers.test_changes import follow_feed, take_snapshot
from tests.documents.curators import run_in_thread
from tests.support.writing import NORLAND_DOCUMENT
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_database")]
ACTORS = "/api/v1/actors/"
WRITERS, EACH = 8, 30
SHARED = [f"shared-{n}" for n in range(4)]


def client_of_account() -> APIClient:
    """A client of the one account; by no token, whose use would be noted."""
    api = APIClient(raise_request_exception=False)
    api.force_authenticate(get_user_model().objects.get(username="writer"))
    return api


def change_carefully(api: APIClient, slug: str, make: Any) -> Any:
    """Change a record as a careful client does: read, change, and read again if overtaken."""
    path = f"{ACTORS}{slug}/"
    while True:
        read = api.get(path)
        headers = {"if-match": read.get("ETag", '"0-0"')}
        answer = api.patch(f"{path}?reason=Counted", make(read.json()), headers=headers)
        if answer.status_code != 412:
            return answer


def count_up(number: int) -> None:
    """Add one to some of the counters, again and again."""
    api, random = client_of_account(), Random(number)
    for _ in range(EACH):
        answer = change_carefully(
            api, random.choice(SHARED), lambda now: {"summary": str(int(now["summary"]) + 1)}
        )
        assert answer.status_code == 200, answer.content


def run_program(number: int) -> None:
    """One program at work: additions, changes, retractions, and requests that are refused."""
    api, random = client_of_account(), Random(number)
    for step in range(6):
        slug = f"made-{number}-{step}"
        new = [
            {**NORLAND_DOCUMENT, "slug": slug},
            {**NORLAND_DOCUMENT, "slug": f"{slug}-too", "parent": slug},
        ]
        assert api.post(ACTORS, new).status_code == 201
        assert (
            api.post(ACTORS, [*new, {**NORLAND_DOCUMENT, "slug": f"{slug}-three"}]).status_code
            == 400
        )
        shared = random.choice(SHARED)
        assert change_carefully(api, shared, lambda now, s=slug: {"summary": s}).status_code == 200
        for gone in (f"{slug}-too", slug) if step % 2 else (f"{slug}-too",):
            tag = api.get(f"{ACTORS}{gone}/")["ETag"]
            path = f"{ACTORS}{gone}/?reason=Gone"
            assert api.delete(path, headers={"if-match": tag}).status_code == 204
            assert api.delete(path, headers={"if-match": tag}).status_code == 404


@pytest.fixture
def shared() -> None:
    get_user_model().objects.create_superuser("writer", password="x")
    ArticleFactory(slug="the-source")
    for slug in SHARED:
        ActorFactory(slug=slug, summary="0")


def test_of_240_changes_at_the_same_time_none_is_lost(shared):
    before, barrier = Dataset.current_revision(), Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(run_in_thread, count_up, barrier, n) for n in range(WRITERS)]:
            done.result()
    summaries = Actor.objects.filter(slug__in=SHARED).values_list("summary", flat=True)
    assert sum(map(int, summaries)) == WRITERS * EACH
    assert Dataset.current_revision() == before + WRITERS * EACH


def test_of_two_who_add_the_same_one_is_told_that_it_is_there(shared):
    barrier = Barrier(WRITERS)

    def add() -> int:
        status: int = client_of_account().post(ACTORS, NORLAND_DOCUMENT).status_code
        return status

    with ThreadPoolExecutor(WRITERS) as pool:
        futures = [pool.submit(run_in_thread, add, barrier) for _ in range(WRITERS)]
        statuses = sorted(future.result() for future in futures)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {400, 409}
    assert Version.objects.filter(slug="norland").count() == 1


def test_a_copy_that_follows_the_feed_is_the_dataset_while_programs_write(shared):
    since, base = take_snapshot()
    over, barrier = Event(), Barrier(WRITERS + 1)
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writers = [pool.submit(run_in_thread, run_program, barrier, n) for n in range(WRITERS)]
        reader = pool.submit(run_in_thread, follow_feed, barrier, dict(base), since, over.is_set)
        try:
            for writer in writers:
                writer.result()
        finally:
            over.set()
        followed = reader.result()
    newest = take_snapshot()
    assert followed == newest
    assert follow_feed({}, 0, lambda: True) == newest
    numbers = Revision.objects.filter(number__isnull=False).order_by("id")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, newest[0] + 1))

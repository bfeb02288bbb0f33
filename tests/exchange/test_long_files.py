"""Long files: entered in pieces as one revision, and little is held for each row."""

import tracemalloc

import pytest

from apps.actors.models import Actor
from apps.core import querysets
from apps.exchange.applying import apply
from apps.ledger.models import Dataset
from apps.search.models import Entry
from tests.exchange.factories import an_actor, planned, table
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
ROWS = 300
MOST = 14_000  # bytes a row


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(querysets, "CHUNK", 20)


def rows(summary):
    return table(*(an_actor(f"actor-{n:03}", name=f"{n} Q", summary=summary) for n in range(ROWS)))


def test_what_is_entered_in_pieces_is_one_revision(publisher):
    ActorFactory(slug="actor-007", topics=["trade"])
    batch = planned(rows("New."), publisher)
    before = Dataset.current()
    done = apply(batch, publisher, "Long")
    assert (Dataset.current(), done.revision.number) == (before + 1, before + 1)
    assert done.revision.versions.count() == ROWS
    assert Actor.objects.published().filter(revision=before + 1, summary="New.").count() == ROWS
    assert Entry.objects.filter(type="actors", summary="New.").count() == ROWS
    kept = Actor.objects.get(slug="actor-007")
    assert kept.topics == ["trade"]
    assert kept.citations.count() == 1


def test_little_is_held_for_each_row_that_is_planned_and_applied(publisher):
    batch = planned(rows("New."), publisher)
    held = [peak(lambda: apply(batch, publisher, "New"))]
    content = rows("Newer.")
    made = []
    held.append(peak(lambda: made.append(planned(content, publisher))))
    held.append(peak(lambda: apply(made[0], publisher, "Newer")))
    assert max(held) / ROWS < MOST, held


def peak(work):
    """The most memory that something holds, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

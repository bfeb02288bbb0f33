"""Long files: entered in pieces as one revision, and little is held for each row."""

import gc
import tracemalloc

import pytest

from apps.actors.models import Actor
from apps.core import querysets
from apps.exchange.applying import apply_batch
from apps.ledger.models import Dataset
from apps.search.models import Entry
from tests.exchange.factories import actor_row, make_csv, make_planned_batch
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
ROWS = 300
MOST = 14_000  # bytes a row


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(querysets, "ROWS_PER_QUERY", 20)


def csv_of_many_actors(summary):
    return make_csv(
        *(actor_row(f"actor-{n:03}", name=f"{n} Q", summary=summary) for n in range(ROWS))
    )


def test_what_is_entered_in_pieces_is_one_revision(publisher):
    ActorFactory(slug="actor-007", topics=["trade"])
    batch = make_planned_batch(csv_of_many_actors("New."), publisher)
    before = Dataset.current_revision()
    done = apply_batch(batch, publisher, "Long")
    assert (Dataset.current_revision(), done.revision.number) == (before + 1, before + 1)
    assert done.revision.versions.count() == ROWS
    assert Actor.objects.published().filter(revision=before + 1, summary="New.").count() == ROWS
    assert Entry.objects.filter(type="actors", summary="New.").count() == ROWS
    kept = Actor.objects.get(slug="actor-007")
    assert kept.topics == ["trade"]
    assert kept.citations.count() == 1


def test_little_is_held_for_each_row_that_is_planned_and_applied(publisher):
    batch = make_planned_batch(csv_of_many_actors("New."), publisher)
    held = [peak_memory(lambda: apply_batch(batch, publisher, "New"))]
    content = csv_of_many_actors("Newer.")
    made = []
    held.append(peak_memory(lambda: made.append(make_planned_batch(content, publisher))))
    held.append(peak_memory(lambda: apply_batch(made[0], publisher, "Newer")))
    assert max(held) / ROWS < MOST, held


def peak_memory(work):
    """The most memory that something holds, in bytes; what was left before is none of it."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

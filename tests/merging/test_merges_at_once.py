"""Merges while others write: every reference arrives, and a copy that follows the feed is right."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection

from apps.actors.models import Actor, Membership
from apps.core.models import record_models
from apps.documents.faults import RefusedError
from apps.documents.references import unpublished_references
from apps.documents.revisions import open_revision
from apps.ledger.models import Revision, Version
from tests.api.answers.test_changes import follow_feed, take_snapshot
from tests.documents.curators import run_in_thread
from tests.merging.acts import merge, take_apart
from tests.types.actors.factories import ActorFactory, MembershipFactory

pytestmark = pytest.mark.django_db
WRITERS, STEPS = 4, 8


def name_merged_actors(number: int) -> int:
    """Make memberships of actors that are just now being merged; how many were not refused."""
    random, made = Random(number), 0
    organisation = Actor.objects.get(slug="league")
    for step in range(STEPS):
        actor = Actor.objects.get(slug=f"twin-{random.randrange(WRITERS)}")
        slug = f"of-{number}-{step}"
        with suppress(RefusedError):  # merged meanwhile
            MembershipFactory(slug=slug, actor=actor, organisation=organisation)
            made += 1
    return made


def merge_and_take_apart(number: int) -> None:
    """Merge a pair, take it apart unless something changed, and merge it for good."""
    main, twin = (Actor.objects.get(slug=f"{word}-{number}") for word in ("main", "twin"))
    merge_for_good(main, twin)
    merged = Version.objects.for_record(twin).get(operation="merged")
    try:
        take_apart(merged, reason="Not the same")
    except RefusedError:
        return  # a record that it moved was changed meanwhile
    merge_for_good(main, twin)


def merge_for_good(survivor: Actor, other: Actor) -> None:
    """Merge; again, as long as somebody names the other one meanwhile."""
    while True:
        try:
            merge(survivor, other, reason="The same")
        except RefusedError as refused:
            if "Still named by" not in str(refused):
                raise
        else:
            return


def dangling_references() -> Iterator[str]:
    """What published documents name that is not published."""
    for model in record_models().values():
        records = model.objects.published()
        yield from map(
            str, unpublished_references((record, str(record.document)) for record in records)
        )


@pytest.mark.usefixtures("shared_database")
def test_what_is_made_during_a_merge_is_moved_or_refused():
    ActorFactory(slug="league")
    for number in range(WRITERS):
        ActorFactory(slug=f"main-{number}")
        ActorFactory(slug=f"twin-{number}")
    since, base = take_snapshot()
    over, barrier = Event(), Barrier(2 * WRITERS + 1)
    with ThreadPoolExecutor(2 * WRITERS + 1) as pool:
        mergers = [
            pool.submit(run_in_thread, merge_and_take_apart, barrier, n) for n in range(WRITERS)
        ]
        writers = [
            pool.submit(run_in_thread, name_merged_actors, barrier, n) for n in range(WRITERS)
        ]
        reader = pool.submit(run_in_thread, follow_feed, barrier, dict(base), since, over.is_set)
        try:
            made = sum(writer.result() for writer in writers)
            for merger in mergers:
                merger.result()
        finally:
            over.set()
        followed = reader.result()
    assert followed == take_snapshot()
    assert follow_feed({}, 0, lambda: True) == take_snapshot()
    assert Membership.objects.published().count() == made
    assert list(dangling_references()) == []
    gone = Actor.objects.filter(document=None)
    assert set(gone.values_list("slug", flat=True)) == {f"twin-{n}" for n in range(WRITERS)}
    numbers = Revision.objects.filter(number__isnull=False).order_by("id")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, followed[0] + 1))


@pytest.fixture
def rows_are_locked() -> None:
    """On SQLite one writer works at a time from its beginning: nothing can come between."""
    if connection.vendor == "sqlite":
        pytest.skip("nothing comes between the statements of a writer")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rows_are_locked")
def test_what_names_a_record_that_was_merged_after_the_last_look_is_refused():
    main, twin = ActorFactory(slug="main"), ActorFactory(slug="twin")
    with ThreadPoolExecutor(1) as pool:

        def before(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if "ledger_dataset" in sql and "FOR UPDATE" in sql and twin.document:
                twin.document = None  # once
                work = partial(merge, main, twin, reason="The same")
                pool.submit(run_in_thread, work, Barrier(1)).result()
            return execute(sql, params, many, context)

        league = ActorFactory(slug="league")
        with (
            pytest.raises(RefusedError, match="The actor “twin” is not published"),
            connection.execute_wrapper(before),
        ):
            MembershipFactory(slug="late", actor=twin, organisation=league)
    assert Version.objects.for_record(twin).get(operation="merged").into == "main"
    assert not Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rows_are_locked")
def test_a_change_during_a_merge_to_what_it_moves_is_not_lost():
    main, twin = ActorFactory(slug="main"), ActorFactory(slug="twin")
    member, waiting = MembershipFactory(actor=twin), []

    def describe() -> None:
        with open_revision(reason="Described", origin="admin") as opened:
            Membership.objects.filter(pk=member.pk).update(summary="Described.")
            opened.touch(member)

    with ThreadPoolExecutor(1) as pool:

        def before(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith('DELETE FROM "actors_actorname"') and not waiting:
                waiting.append(pool.submit(run_in_thread, describe, Barrier(1)))
                wait(waiting, timeout=1)  # long enough for who need not wait
            return execute(sql, params, many, context)

        with connection.execute_wrapper(before):
            merge(main, twin, reason="The same")
        waiting[0].result()
    member.refresh_from_db()
    assert (member.actor, member.summary) == (main, "Described.")

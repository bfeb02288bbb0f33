"""Curators who work at the same time, each in a thread with a connection of its own."""

from collections.abc import Callable
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from apps.actors.models import Actor
from apps.core.models import Record
from apps.documents.revisions import open_revision
from tests.types.actors.factories import ActorFactory

DRAFT, PUBLISHED, RETRACTED = Record.Publication
STEPS = 8
SHARED = ["shared-0", "shared-1", "shared-2", "shared-3"]  # the records that all of them change


def run_in_thread(work: Callable[..., Any], barrier: Barrier, *args: Any) -> Any:
    """Do some work with a connection of one's own, from the moment when all are ready."""
    try:
        barrier.wait()
        return work(*args)
    finally:
        connections.close_all()


def write_as_curator(number: int) -> None:
    """One curator at work: a few steps of every kind, among them some that fail."""
    random = Random(number)
    acts = [
        create_actor,
        update_actor,
        update_two_actors,
        retract_or_publish,
        draft_actor,
        fail_to_write,
    ]
    for step in range(STEPS):
        act = acts[step] if step < len(acts) else random.choice(acts[:4])
        act(f"writer-{number}-{step}", random)


def create_actor(name: str, random: Random) -> None:
    ActorFactory(slug=name)


def draft_actor(name: str, random: Random) -> None:
    ActorFactory(slug=name, publication=DRAFT)


def update_actor(name: str, random: Random, count: int = 1, *, fails: bool = False) -> None:
    with open_revision(reason=name, origin="admin") as opened:
        wanted = Actor.objects.filter(slug__in=random.sample(SHARED, count))
        for actor in wanted.select_for_update().order_by("pk"):
            actor.summary = name
            actor.save(update_fields=["summary"])
            opened.touch(actor)
        if fails:
            opened.close()  # takes the next number, and does not keep it
            raise RuntimeError


def update_two_actors(name: str, random: Random) -> None:
    update_actor(name, random, count=2)


def fail_to_write(name: str, random: Random) -> None:
    with pytest.raises(RuntimeError):
        update_actor(name, random, fails=True)


def retract_or_publish(name: str, random: Random) -> None:
    with open_revision(reason=name, origin="admin") as opened:
        actor = Actor.objects.select_for_update().get(slug=random.choice(SHARED))
        actor.publication = PUBLISHED if actor.publication == RETRACTED else RETRACTED
        actor.save(update_fields=["publication"])
        opened.touch(actor)

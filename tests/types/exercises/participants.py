"""Exercises by who took part: one world for every word that asks for actors."""

from typing import Any

from apps.actors.models import Actor
from apps.exercises.models import Exercise, Participant
from tests.types.tables import store

WORLD = {
    "norland-hosts": [("norland", "host")],
    "norland-takes-part": [("norland", "participant"), ("sudland", "host")],
    "norland-organises": [("norland", "organiser"), ("ostland", "participant")],
    "norland-observes": [("norland", "observer"), ("sudland", "participant")],
    "norland-stays-away": [("norland", "notably_absent"), ("ostland", "host")],
    "norland-hosts-and-observes": [("norland", "host"), ("norland", "observer")],
    "of-others": [("sudland", "host"), ("ostland", "participant")],
    "of-nobody": [],
    "a-draft": [("norland", "host"), ("ostland", "observer")],
}


def store_world() -> dict[str, Any]:
    """Store the exercises with their participants; the actors by slug."""
    actors = store(Actor, ["norland", "sudland", "ostland", "westland"], kind="state")
    rows = {slug: {} for slug in WORLD} | {"a-draft": {"publication": "draft"}}
    exercises = store(Exercise, rows)
    Participant.objects.bulk_create(
        Participant(record=exercises[slug], position=position, actor=actors[actor], role=role)
        for slug, participants in WORLD.items()
        for position, (actor, role) in enumerate(participants, start=1)
    )
    return actors

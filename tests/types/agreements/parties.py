"""Agreements by their parties: one world for every word that asks for actors."""

from typing import Any

from apps.actors.models import Actor
from apps.agreements.models import Agreement, Party
from tests.types.tables import store

WORLD = {
    "norland-alone": [("norland", "party")],
    "norland-with-sudland": [("norland", "party"), ("sudland", "party")],
    "norland-with-ostland": [("norland", "party"), ("ostland", "party")],
    "all-three": [("norland", "party"), ("sudland", "party"), ("ostland", "party")],
    "sudland-with-ostland": [("sudland", "party"), ("ostland", "party")],
    "norland-mediates": [("sudland", "party"), ("ostland", "party"), ("norland", "mediator")],
    "norland-party-and-broker": [("norland", "party"), ("norland", "broker")],
    "ostland-guarantees": [("norland", "party"), ("ostland", "guarantor")],
    "norland-witnesses": [("sudland", "party"), ("norland", "witness")],
    "norland-observes": [("sudland", "party"), ("norland", "observer")],
    "norland-has-a-mandate": [("sudland", "party"), ("norland", "mandate_holder")],
    "through-norland": [("sudland", "party"), ("norland", "transit_territory")],
    "to-norlands-benefit": [("sudland", "party"), ("norland", "beneficiary")],
    "against-norland": [("sudland", "party"), ("norland", "opponent")],
    "of-nobody": [],
    "a-draft": [("norland", "party"), ("sudland", "party"), ("ostland", "mediator")],
}


def store_world() -> dict[str, Any]:
    """Store the agreements with their parties; the actors by slug."""
    actors = store(Actor, ["norland", "sudland", "ostland", "westland"], kind="state")
    rows = {slug: {} for slug in WORLD} | {"a-draft": {"publication": "draft"}}
    agreements = store(Agreement, rows)
    Party.objects.bulk_create(
        Party(record=agreements[slug], position=position, actor=actors[actor], role=role)
        for slug, parties in WORLD.items()
        for position, (actor, role) in enumerate(parties, start=1)
    )
    return actors


def store_every_role(actor: Actor) -> list[str]:
    """One agreement for each role that there is, with `actor` in it; their slugs."""
    roles = {f"as-{role.replace('_', '-')}": role for role in Party.Role.values}
    for slug, agreement in store(Agreement, list(roles)).items():
        Party.objects.create(record=agreement, position=1, actor=actor, role=roles[slug])
    return sorted(roles)

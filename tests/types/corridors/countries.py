"""Corridors by the countries in which they stop or take part: one world for two words."""

from apps.actors.models import Actor
from apps.corridors.models import Corridor, Participation, Stop
from apps.places.models import Place
from tests.types.tables import store

PLACES = {"baku": "AZ", "tbilisi": "GE", "batumi": "GE", "the-sea": None}
ACTORS = {
    "azerbaijan": ("state", "AZ"),
    "georgia": ("state", "GE"),
    "kazakhstan": ("state", "KZ"),
    "a-kazakh-company": ("company", "KZ"),
    "a-state-without-code": ("state", None),
}
STOPS = {
    "from-baku-to-batumi": ["baku", "tbilisi", "batumi"],
    "at-sea": ["the-sea"],
    "stops-and-members": ["baku"],
    "a-draft": ["baku"],
}
PARTS = {
    "stops-and-members": [("azerbaijan", "member"), ("georgia", "transit")],
    "kazakh-origin": [("kazakhstan", "origin"), ("a-state-without-code", "destination")],
    "kazakh-transit": [("kazakhstan", "transit")],
    "kazakh-member": [("kazakhstan", "member")],
    "kazakh-destination": [("kazakhstan", "destination")],
    "kazakh-initiator": [("kazakhstan", "initiator")],
    "kazakh-operator": [("kazakhstan", "operator")],
    "kazakh-investor": [("kazakhstan", "investor")],
    "kazakh-mandate-holder": [("kazakhstan", "mandate_holder")],
    "kazakh-prospect": [("kazakhstan", "prospective")],
    "kazakh-opponent": [("kazakhstan", "opponent")],
    "kazakh-beneficiary": [("kazakhstan", "beneficiary")],
    "of-a-kazakh-company": [("a-kazakh-company", "member")],
    "of-a-state-without-code": [("a-state-without-code", "transit")],
    # A member in one row and Kazakh in another is no Kazakh member.
    "georgian-member-kazakh-investor": [("georgia", "member"), ("kazakhstan", "investor")],
}
KAZAKH = ["kazakh-destination", "kazakh-member", "kazakh-origin", "kazakh-transit"]


def store_world() -> dict[str, Corridor]:
    """Store the corridors with their stops and participants; the corridors by slug."""
    places = store(Place, {slug: {"country": country} for slug, country in PLACES.items()})
    states = {slug: {"kind": kind, "country": country} for slug, (kind, country) in ACTORS.items()}
    actors = store(Actor, states)
    rows = {slug: {} for slug in [*STOPS, *PARTS, "without-any"]}
    corridors = store(Corridor, rows | {"a-draft": {"publication": "draft"}})
    Stop.objects.bulk_create(
        Stop(record=corridors[slug], position=order, order=order, place=places[place])
        for slug, stops in STOPS.items()
        for order, place in enumerate(stops, start=1)
    )
    Participation.objects.bulk_create(
        Participation(record=corridors[slug], position=position, actor=actors[actor], role=role)
        for slug, parts in PARTS.items()
        for position, (actor, role) in enumerate(parts, start=1)
    )
    for corridor in corridors.values():
        Corridor.objects.filter(pk=corridor.pk).update(countries=corridor.find_countries())
    return corridors

"""Corridors in a box: their line crosses or touches it; where none is drawn, a stop lies there."""

import pytest

from apps.core.geometry import Box
from apps.corridors.models import Corridor, Stop
from apps.places.models import Place
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

BOX = Box(west=40, south=30, east=50, north=35)
# Two corners of a line's own box, west, south, east, north.
LINES = {
    "inside": (42, 31, 44, 33),
    "from-afar-to-afar": (30, 27.5, 60, 35),
    "the-same": (40, 30, 50, 35),
    "across-in-longitude": (35, 32, 55, 33),
    "across-in-latitude": (44, 25, 45, 40),
    "touches-in-the-west": (35, 31, 40, 33),
    "touches-in-the-east": (50, 31, 55, 33),
    "touches-in-the-south": (42, 25, 44, 30),
    "touches-in-the-north": (42, 35, 44, 38),
    "touches-a-corner": (50, 35, 60, 40),
    "passes-a-corner-within-its-own-box": (48, 38, 53, 34),
    "too-far-west": (35, 31, 39.9, 33),
    "too-far-east": (50.1, 31, 55, 33),
    "too-far-south": (42, 25, 44, 29.9),
    "too-far-north": (42, 35.1, 44, 38),
}
FOUND_LINES = sorted(slug for slug in LINES if not slug.startswith(("too-far", "passes")))
STOPS = {  # longitude, latitude
    "stop-inside": (45, 32),
    "stop-on-the-western-side": (40, 32),
    "stop-on-the-eastern-side": (50, 32),
    "stop-on-the-southern-side": (45, 30),
    "stop-on-the-northern-side": (45, 35),
    "stop-west": (39.9, 32),
    "stop-east": (50.1, 32),
    "stop-south": (45, 29.9),
    "stop-north": (45, 35.1),
    "stop-unknown": (None, None),
}
FOUND_STOPS = ["stop-inside", *sorted(slug for slug in STOPS if slug.endswith("side"))]


def as_line(west, south, east, north) -> dict:
    """A line between two corners."""
    return {"type": "LineString", "coordinates": [[west, south], [east, north]]}


def store_world() -> None:
    """Store corridors with a line, with a stop, with both and with neither."""
    drawn = {
        slug: {"geometry": as_line(*ends), "geometry_accuracy": "traced"}
        for slug, ends in LINES.items()
    }
    drawn["stop-inside-line-outside"] = drawn["too-far-west"]
    points = {
        slug: {"longitude": longitude, "latitude": latitude}
        for slug, (longitude, latitude) in STOPS.items()
    }
    places = store(Place, points)
    places["stop-inside-line-outside"] = places["stop-inside"]
    corridors = store(Corridor, drawn) | store(Corridor, [*STOPS, "nowhere"])
    Stop.objects.bulk_create(
        Stop(record=corridors[slug], position=1, order=1, place=place)
        for slug, place in places.items()
    )
    # Of two stops outside, one has the right longitude, the other the right latitude.
    astride = store(Corridor, ["two-stops-outside"])["two-stops-outside"]
    for position, place in enumerate(("stop-west", "stop-north"), start=1):
        Stop.objects.create(record=astride, position=position, order=position, place=places[place])


def test_corridors_of_which_the_line_or_a_stop_lies_in_the_box():
    store_world()
    expected = sorted({*FOUND_LINES, *FOUND_STOPS})
    assert slugs_of(Corridor.objects.within(BOX)) == expected


def test_the_box_around_a_line_is_not_enough():
    """The line from south-west to north-east leaves the north-west of its box empty."""
    line = {"geometry": as_line(40, 30, 50, 40), "geometry_accuracy": "surveyed"}
    store(Corridor, {"diagonal": line})
    assert slugs_of(Corridor.objects.within(Box(40, 39, 41, 40))) == []
    assert slugs_of(Corridor.objects.within(Box(40, 39, 49, 40))) == ["diagonal"]


def test_a_box_may_be_a_point():
    store_world()
    assert slugs_of(Corridor.objects.within(Box(45, 32, 45, 32))) == ["stop-inside"]
    on_the_way = Corridor.objects.within(Box(45, 32.5, 45, 32.5))
    assert slugs_of(on_the_way) == ["across-in-longitude", "the-same"]


def test_readers_ask_for_it_of_what_is_published(api):
    store_world()
    Corridor.objects.filter(slug="inside").update(document=None)
    count = api.get("/api/v1/corridors/?bbox=40,30,50,35").json()["count"]
    assert count == len({*FOUND_LINES, *FOUND_STOPS}) - 1

"""The condition behind `within`: exact, whatever the lines, by the database itself."""

from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from apps.core.geometry import Box
from apps.corridors.models import Corridor
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

NUMBER = 250


def random_lines(random: Random) -> dict[str, Any]:
    """One to three lines of two to six positions, on a grid so that some merely touch a box."""
    lines = [
        [
            [random.randint(-40, 40) / 4, random.randint(-40, 40) / 4]
            for _ in range(random.randint(2, 6))
        ]
        for _ in range(random.randint(1, 3))
    ]
    if len(lines) == 1 and random.random() < 0.5:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def share_that_meets(start: list[float], end: list[float], box: Box) -> bool:
    """Clip a segment by each side of a box in turn (Liang and Barsky), in exact fractions."""
    enters, leaves = Fraction(0), Fraction(1)
    for axis, (low, high) in enumerate(((box.west, box.east), (box.south, box.north))):
        origin, length = Fraction(start[axis]), Fraction(end[axis]) - Fraction(start[axis])
        if not length:
            if not low <= origin <= high:
                return False
            continue
        first, last = sorted(
            [(Fraction(low) - origin) / length, (Fraction(high) - origin) / length]
        )
        enters, leaves = max(enters, first), min(leaves, last)
    return enters <= leaves


def line_meets(geometry: dict[str, Any], box: Box) -> bool:
    """Whether any segment of any line meets a box."""
    coordinates = geometry["coordinates"]
    lines = [coordinates] if geometry["type"] == "LineString" else coordinates
    return any(share_that_meets(start, end, box) for line in lines for start, end in pairwise(line))


def test_it_finds_the_lines_of_which_a_segment_meets_the_box():
    random = Random(25)
    lines = {f"line-{n}": random_lines(random) for n in range(NUMBER)}
    store(
        Corridor,
        {slug: {"geometry": g, "geometry_accuracy": "traced"} for slug, g in lines.items()},
    )
    everything, numbers = Corridor.objects.all(), set()
    for _ in range(40):
        west, south = random.randint(-44, 40) / 4, random.randint(-44, 40) / 4
        sides = random.choice([(0, 0), (0, 2), (0.25, 0.25), (1, 3), (8, 8)])
        box = Box(west, south, west + sides[0], south + sides[1])
        expected = sorted(slug for slug, g in lines.items() if line_meets(g, box))
        assert slugs_of(everything.filter(everything.within_condition(box))) == expected, box
        numbers.add(len(expected))
    assert max(numbers) > NUMBER / 3
    assert len(numbers) > 5


def test_between_two_lines_of_one_corridor_there_is_nothing():
    gap = {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 0]], [[9, 0], [10, 0]]]}
    store(Corridor, {"interrupted": {"geometry": gap, "geometry_accuracy": "traced"}})
    everything = Corridor.objects.all()
    for west, expected in ((4, []), (0.5, ["interrupted"]), (9.5, ["interrupted"])):
        box = Box(west, -1, west + 1, 1)
        assert slugs_of(everything.filter(everything.within_condition(box))) == expected


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(170, 0, -170, 10), ["east-of-it", "over-both", "west-of-it"]),
        (Box(179.5, 0, -179.5, 10), ["over-both"]),
        (Box(-170, 0, 170, 10), ["elsewhere"]),
    ],
)
def test_a_box_may_lie_across_the_antimeridian(box, expected):
    lines = {
        "west-of-it": [[[175, 5], [176, 5]]],
        "east-of-it": [[[-176, 5], [-175, 5]]],
        "over-both": [[[179, 5], [180, 5]], [[-180, 5], [-179, 5]]],  # cut there, as RFC 7946 says
        "elsewhere": [[[10, 5], [11, 5]]],
    }
    rows = {
        slug: {"geometry": {"type": "MultiLineString", "coordinates": drawn}}
        for slug, drawn in lines.items()
    }
    store(Corridor, rows, geometry_accuracy="traced")
    everything = Corridor.objects.all()
    assert slugs_of(everything.filter(everything.within_condition(box))) == expected

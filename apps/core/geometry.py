"""GeoJSON geometries (RFC 7946) of lines: what is accepted, and where they lie."""

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

LINE_TYPES = ("LineString", "MultiLineString")
MAX_POINTS = 50_000
NUMBER_PATTERN = r" *-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)? *"  # as in JSON: float() takes 1_0, too
BOX_PATTERN = re.compile(",".join([NUMBER_PATTERN] * 4), re.ASCII)


class Box(NamedTuple):
    """West, south, east, north: degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float


def check_line_geometry(geometry: object) -> None:
    """Accept a LineString or MultiLineString of longitude, latitude pairs.

    Raises:
        ValueError: with the reason.
    """
    if not isinstance(geometry, dict) or set(geometry) != {"type", "coordinates"}:
        raise ValueError("A GeoJSON geometry has the two members type and coordinates.")
    if geometry["type"] not in LINE_TYPES:
        raise ValueError(f"The type is {' or '.join(LINE_TYPES)}.")
    count = 0
    for line in _line_coordinates(geometry):
        if not isinstance(line, list) or len(line) < 2:
            raise ValueError("A line has at least two positions.")
        for position in line:
            _check_position(position)
        count += len(line)
    if not 2 <= count <= MAX_POINTS:
        raise ValueError(f"A geometry has from 2 to {MAX_POINTS:,} positions.")


def bounding_box(geometry: dict[str, Any]) -> Box:
    """The smallest box around a geometry that `check_line_geometry` accepts."""
    positions = [position for line in _line_coordinates(geometry) for position in line]
    longitudes = [position[0] for position in positions]
    latitudes = [position[1] for position in positions]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def parse_box(text: str) -> Box:
    """A box written `west,south,east,north`, in degrees.

    Raises:
        ValueError: with the reason.
    """
    if not BOX_PATTERN.fullmatch(text):
        raise ValueError("A box is four numbers: west,south,east,north.")
    west, south, east, north = (float(number) for number in text.split(","))
    parsed = Box(west, south, east, north)
    if not all(math.isfinite(number) for number in parsed):
        raise ValueError("A box is four finite numbers.")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("Longitudes run from -180 to 180, west to east; latitudes from -90 to 90.")
    return parsed


def _line_coordinates(geometry: dict[str, Any]) -> Iterator[Any]:
    coordinates = geometry["coordinates"]
    if not isinstance(coordinates, list):
        raise ValueError("coordinates is a list.")  # noqa: TRY004
    yield from [coordinates] if geometry["type"] == "LineString" else coordinates


def _check_position(position: object) -> None:
    if (
        not isinstance(position, list)
        or len(position) != 2
        or any(isinstance(n, bool) or not isinstance(n, int | float) for n in position)
    ):
        raise ValueError("A position is a pair of numbers: longitude, latitude.")
    longitude, latitude = position
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(f"{position} is no longitude, latitude in degrees.")

"""GeoJSON geometries (RFC 7946) of lines: what is accepted, and where they lie."""

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Func

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

    def halves(self) -> "list[Box]":
        """The boxes on either side of the antimeridian, if it lies across it; else it alone."""
        if self.west <= self.east:
            return [self]
        return [self._replace(east=180.0), self._replace(west=-180.0)]


class LineMeetsBox(Func):
    """Whether a line of a GeometryField lies in a box or touches it: exact, segment by segment.

    A segment (x1, y1)-(x2, y2) meets a box if their extents in longitude and in latitude do, and
    the four corners do not all lie on one side of it. The database takes the line apart itself.
    """

    output_field = models.BooleanField()
    segments = (
        "EXISTS (SELECT 1 FROM (SELECT {x} AS x2, {y} AS y2, LAG({x}) OVER line AS x1,"
        " LAG({y}) OVER line AS y1 FROM {lines} l, {points} p"
        " WINDOW line AS (PARTITION BY l.key ORDER BY p.key)) segment WHERE "
    )
    sqlite = segments.format(
        x="json_extract(p.value, '$[0]')",
        y="json_extract(p.value, '$[1]')",
        lines="json_each(CASE json_extract(%(expressions)s, '$.type') WHEN 'LineString' THEN"
        " json_array(json(json_extract(%(expressions)s, '$.coordinates')))"
        " ELSE json_extract(%(expressions)s, '$.coordinates') END)",
        points="json_each(l.value)",
    )
    postgresql = segments.format(
        x="(p.value ->> 0)::float8",
        y="(p.value ->> 1)::float8",
        lines="(SELECT * FROM jsonb_array_elements(CASE %(expressions)s::jsonb ->> 'type'"
        " WHEN 'LineString' THEN jsonb_build_array(%(expressions)s::jsonb -> 'coordinates')"
        " ELSE %(expressions)s::jsonb -> 'coordinates' END) WITH ORDINALITY AS e(value, key))",
        points="LATERAL (SELECT * FROM jsonb_array_elements(l.value)"
        " WITH ORDINALITY AS e(value, key))",
    )

    def __init__(self, line: str, box: Box) -> None:
        super().__init__(line)
        self.box = box

    def meeting_condition(self, number: str) -> str:
        """The condition on one segment; `number` writes a number in the database's words."""
        west, south, east, north = (number.format(float(side)) for side in self.box)
        sides = [
            f"(x2 - x1) * ({y} - y1) - (y2 - y1) * ({x} - x1)"
            for x in (west, east)
            for y in (south, north)
        ]
        left, right = (" AND ".join(f"{side} {sign} 0" for side in sides) for sign in "><")
        apart = [
            *(f"x1 < {west} AND x2 < {west}", f"x1 > {east} AND x2 > {east}"),
            *(f"y1 < {south} AND y2 < {south}", f"y1 > {north} AND y2 > {north}"),
            *(left, right),
        ]
        return "x1 IS NOT NULL AND NOT (" + " OR ".join(f"({each})" for each in apart) + "))"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Its lines and positions by SQLite's table-valued functions."""
        template = self.sqlite + self.meeting_condition("({!r})")
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Its lines and positions by PostgreSQL's set-returning functions."""
        template = self.postgresql + self.meeting_condition("({!r}::float8)")
        return self.as_sql(compiler, connection, template=template, **context)


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
    """A box written `west,south,east,north`, in degrees; across the antimeridian, west > east.

    Raises:
        ValueError: with the reason.
    """
    if not BOX_PATTERN.fullmatch(text):
        raise ValueError("A box is four numbers: west,south,east,north.")
    west, south, east, north = (float(number) for number in text.split(","))
    parsed = Box(west, south, east, north)
    if not all(math.isfinite(number) for number in parsed):
        raise ValueError("A box is four finite numbers.")
    if not (max(abs(west), abs(east)) <= 180 and -90 <= south <= north <= 90):
        raise ValueError(
            "Longitudes lie between -180 and 180; latitudes between -90 and 90, south to north."
        )
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

"""GeoJSON: records as features on the map."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, cast

import orjson

from apps.core.models import Record
from apps.core.querysets import ROWS_PER_QUERY
from apps.documents.serializers import RecordSerializer
from apps.formats.format import UNKNOWN_ORIGIN, Documents, Format, Names, Origin
from apps.formats.rows import select_keys, selected_keys

Geometry = dict[str, Any]


def write_geojson(
    serializer: RecordSerializer,
    documents: Documents,
    names: Names = None,
    raw: bool = False,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Iterator[bytes]:
    """RFC 7946: a FeatureCollection, with a null geometry where no place is known.

    It bears the name of the type, by which programs call the layer that they make of it.
    """
    model = serializer.model
    keys = [key for key in selected_keys(serializer, names) if key != "geometry"]
    located = documents_with_geometry(model, documents)
    features = (
        (b",\n" if position else b"\n") + orjson.dumps(geojson_feature(keys, document, geometry))
        for position, (document, geometry) in enumerate(located)
    )
    head = b'{"type":"FeatureCollection","name":%b,"features":[' % orjson.dumps(model.endpoint())
    return chain([head], features, [b"\n]}\n"])


def geojson_feature(
    keys: list[str], document: dict[str, Any], geometry: Geometry | None
) -> dict[str, Any]:
    """A record on the map; its id need not be among `keys`."""
    slug = document.get("slug")
    return {
        "type": "Feature",
        **({"id": slug} if slug else {}),
        "geometry": geometry,
        "properties": select_keys(keys, document),
    }


def documents_with_geometry(
    model: type[Record], documents: Documents
) -> Iterator[tuple[dict[str, Any], Geometry | None]]:
    """Each document with where it lies: its own shape or point, or the points of its places."""
    if not model.located_by:
        for document in documents:
            position = point_position(document, model.coordinates)
            point = {"type": "Point", "coordinates": position} if position else None
            yield document, document.get("geometry") or point
        return
    rest = iter(documents)
    while batch := list(islice(rest, ROWS_PER_QUERY)):
        positions = place_positions(model, batch)
        for document in batch:
            own = [positions.get(slug) for slug in document.get(model.located_by, ())]
            yield document, points_geometry([position for position in own if position])


def point_position(document: dict[str, Any], coordinates: tuple[str, ...]) -> list[float] | None:
    """Longitude and latitude of a place, if its type has `coordinates` and it has both."""
    position = [document.get(name) for name in reversed(coordinates)]
    return None if not position or None in position else cast(list[float], position)


def place_positions(model: type[Record], batch: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Where the published places lie that are named by any of a batch of documents."""
    places: Any = model._meta.get_field(model.located_by).related_model
    slugs = {slug for document in batch for slug in document.get(model.located_by, ())}
    rows = places.objects.published().filter(slug__in=slugs).order_by()
    stored = (orjson.loads(document) for document in rows.values_list("document", flat=True))
    positions = ((place["slug"], point_position(place, places.coordinates)) for place in stored)
    return {slug: position for slug, position in positions if position}


def points_geometry(positions: list[list[float]]) -> Geometry | None:
    """One point, or several; nothing for none."""
    if len(positions) > 1:
        return {"type": "MultiPoint", "coordinates": positions}
    return {"type": "Point", "coordinates": positions[0]} if positions else None


GEOJSON = Format(
    "geojson",
    "application/geo+json",
    write_geojson,
    # RFC 7946; `properties` are the documents.
    schema={
        "title": "FeatureCollection",
        "type": "object",
        "required": ["type", "name", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "name": {"type": "string"},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    },
    serves=lambda model: model.has_geometry(),
    lacking="have no geometry",
)

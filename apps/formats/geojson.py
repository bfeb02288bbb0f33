"""GeoJSON: records as features on the map."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from apps.documents.serializers import RecordSerializer
from apps.formats.format import Documents, Format, Names
from apps.formats.rows import select_keys, selected_keys


def write_geojson(
    serializer: RecordSerializer, documents: Documents, names: Names = None, raw: bool = False
) -> Iterator[bytes]:
    """RFC 7946: a FeatureCollection, with a null geometry where no place is known."""
    keys = [key for key in selected_keys(serializer, names) if key != "geometry"]
    coordinates = serializer.model.coordinates
    features = (
        (b",\n" if position else b"\n") + orjson.dumps(geojson_feature(keys, document, coordinates))
        for position, document in enumerate(documents)
    )
    head, tail = b'{"type":"FeatureCollection","features":[', b"\n]}\n"
    return chain([head], features, [tail])


def geojson_feature(
    keys: list[str], document: dict[str, Any], coordinates: tuple[str, ...]
) -> dict[str, Any]:
    """A record on the map; its geometry and its id need not be among `keys`."""
    slug = document.get("slug")
    return {
        "type": "Feature",
        **({"id": slug} if slug else {}),
        "geometry": document.get("geometry") or geojson_point(document, coordinates),
        "properties": select_keys(keys, document),
    }


def geojson_point(document: dict[str, Any], coordinates: tuple[str, ...]) -> dict[str, Any] | None:
    """Where a place lies, if its type has `coordinates`: longitude before latitude."""
    position = [document.get(name) for name in reversed(coordinates)]
    return None if not position or None in position else {"type": "Point", "coordinates": position}


GEOJSON = Format(
    "geojson",
    "application/geo+json",
    write_geojson,
    # RFC 7946; `properties` are the documents.
    schema={
        "title": "FeatureCollection",
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    },
)

"""On the map: which types are there, and where a record lies that has no shape of its own."""

import json
from typing import Any

import pytest

from apps.core.models import record_models
from apps.documents.serializers import serializer_class
from apps.exercises.models import Exercise
from apps.formats.catalogue import formats_of_type
from tests.core.readers import write_in_format
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def drawn_geometries(form_of_answer: bytes) -> dict[str, Any]:
    """The geometry of each feature."""
    return {
        feature["id"]: feature["geometry"] for feature in json.loads(form_of_answer)["features"]
    }


def test_types_with_shapes_points_or_places_are_on_the_map():
    formats = {name: formats_of_type(model) for name, model in record_models().items()}
    mapped = [name for name, offered in formats.items() if "geojson" in offered]
    assert mapped == ["places", "corridors", "exercises"]


def test_an_exercise_lies_where_its_places_do(django_assert_num_queries):
    port = PlaceFactory(slug="port", latitude=40, longitude=50)
    cape = PlaceFactory(slug="cape", latitude=41, longitude=51)
    sea = PlaceFactory(slug="sea")
    for name, places in {"a": [port, cape], "b": [port, sea], "c": [sea], "d": []}.items():
        ExerciseFactory(slug=name, places=places)
    stored = [json.loads(exercise.document) for exercise in Exercise.objects.order_by("slug")]
    serializer = serializer_class(Exercise)()
    with django_assert_num_queries(1):
        drawn = drawn_geometries(write_in_format("geojson", serializer, stored, ["slug"]))
    several = drawn.pop("a")
    assert several["type"] == "MultiPoint"
    assert sorted(several["coordinates"]) == [[50, 40], [51, 41]]
    assert drawn == {"b": {"type": "Point", "coordinates": [50, 40]}, "c": None, "d": None}

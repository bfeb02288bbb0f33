"""Where records lay is asked of a past revision as of the present."""

import pytest

from apps.ledger.models import Dataset
from tests.documents.acts import change_record
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import answered_slugs

pytestmark = pytest.mark.django_db


def line(*positions: list[float]) -> dict:
    """A line through positions."""
    return {"type": "LineString", "coordinates": [*positions]}


def test_a_place_stood_for_what_lay_within_it_then(api):
    sea, lake = PlaceFactory(slug="sea"), PlaceFactory(slug="lake")
    bay = PlaceFactory(slug="bay", part_of=sea)
    ExerciseFactory(slug="storm", places=[bay])
    then = Dataset.current_revision()
    change_record(bay, part_of=lake)
    for place, now, before in (("sea", [], ["storm"]), ("lake", ["storm"], [])):
        assert answered_slugs(api, f"exercises/?places={place}") == now
        assert answered_slugs(api, f"exercises/?places={place}&revision={then}") == before


def test_a_box_is_compared_with_the_line_of_then(api):
    first, second = line([40, 40], [41, 41]), line([40, 40], [40, 41], [41, 41])
    corridor = CorridorFactory(slug="way", geometry=first, geometry_accuracy="traced")
    then = Dataset.current_revision()
    change_record(corridor, geometry=second)
    box = "bbox=40.4,40.4,40.6,40.6"
    assert answered_slugs(api, f"corridors/?{box}") == []
    assert answered_slugs(api, f"corridors/?{box}&revision={then}") == ["way"]

"""`bbox` is exact on the line; what has none is found by its stops, or counted as left out."""

from typing import Any

import pytest
from django.db import connection

from apps.core.geometry import Box
from apps.corridors.models import Corridor
from tests.types.corridors.factories import CorridorFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import answered_slugs, store

pytestmark = pytest.mark.django_db

MEGHRI = "46.1,38.8,46.4,39.0"
THROUGH = [[45.4, 39.2], [46.24, 38.9], [46.9, 39.2]]
AROUND = [[45.4, 38.5], [46.0, 39.6], [46.9, 38.5]]  # the box around it holds Meghri, too
HOW = {"no_geometry": "also=no_geometry"}


def drawn(line: list[Any]) -> dict[str, Any]:
    """A line with its accuracy."""
    return {
        "geometry": {"type": "LineString", "coordinates": line},
        "geometry_accuracy": "traced",
    }


@pytest.fixture
def world() -> None:
    inside = PlaceFactory(latitude=38.9, longitude=46.24)
    outside = PlaceFactory(latitude=40.4, longitude=49.9)
    stops = {True: [{"order": 1, "place": inside}], False: [{"order": 1, "place": outside}]}
    CorridorFactory(slug="through", **drawn(THROUGH))
    CorridorFactory(slug="around", **drawn(AROUND))
    CorridorFactory(slug="around-with-a-stop-there", **drawn(AROUND), stops=stops[True])
    CorridorFactory(slug="stops-there", stops=stops[True])
    CorridorFactory(slug="stops-elsewhere", stops=stops[False])
    CorridorFactory(slug="nothing-known")


def test_a_corridor_through_meghri_is_found_and_not_the_one_around_it(api, world):
    assert answered_slugs(api, f"corridors/?bbox={MEGHRI}") == ["stops-there", "through"]


def test_who_avoids_it_is_told_by_the_line_alone(api, world):
    assert answered_slugs(api, f"corridors/?bbox__not={MEGHRI}") == [
        *("around", "around-with-a-stop-there"),
    ]


@pytest.mark.parametrize(("parameter", "count"), [("bbox", 2), ("bbox__not", 2)])
def test_what_has_no_line_and_no_stop_there_is_counted(api, world, parameter, count):
    answer = api.get(f"/api/v1/corridors/?{parameter}={MEGHRI}").json()
    assert answer["count"] == count
    assert answer["left_out"] == {"no_geometry": 2, "how": HOW}
    more = api.get(f"/api/v1/corridors/?{parameter}={MEGHRI}&also=no_geometry").json()
    assert more["count"] == count + 2
    assert "left_out" not in more


def test_pages_and_counts_are_of_what_the_line_meets(api):
    rows = {f"line-{n:03}": drawn(THROUGH if n % 3 else AROUND) for n in range(90)}
    store(Corridor, rows)
    answer = api.get(f"/api/v1/corridors/?bbox={MEGHRI}&page_size=25&page=3&fields=slug").json()
    assert answer["count"] == 60
    assert [r["slug"] for r in answer["results"]] == [f"line-{n:03}" for n in range(90) if n % 3][
        50:
    ]


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ("1,2,3", "four numbers"),
        ("10,60,60,20", "south to north"),
        ("-181,0,0,10", "between -180 and 180"),
    ],
)
def test_what_is_no_box_is_refused(api, box, reason):
    response = api.get(f"/api/v1/corridors/?bbox={box}")
    assert response.status_code == 400
    assert reason in response.json()["errors"][0]["detail"]


def test_no_line_is_read_but_where_the_box_around_it_meets_the_box():
    """What is no geometry at all would be an error of the database if it were looked at."""
    store(Corridor, {"through": drawn(THROUGH), "inside": drawn([[46.2, 38.9], [46.3, 38.9]])})
    unread = store(
        Corridor, {"far": drawn([[9, 50], [9.5, 51]]), "whole": drawn([[46.2, 38.9]] * 2)}
    )
    with connection.cursor() as cursor:
        for record in unread.values():
            cursor.execute(
                "UPDATE corridors_corridor SET geometry = 'unreadable' WHERE id = %s", [record.pk]
            )
    rows = Corridor.objects.published()
    rows = rows.filter(rows.within_condition(Box(46.1, 38.8, 46.4, 39.0)))
    assert sorted(rows.values_list("slug", flat=True)) == ["inside", "through", "whole"]

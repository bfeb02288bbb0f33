"""A place stands also for the places within it: in filters, in facets, in what is left out."""

from typing import Any

import pytest
from django.db import connection

from apps.corridors.models import Corridor, Stop
from apps.exercises.models import Exercise
from apps.places.models import Place
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import answered_slugs

pytestmark = pytest.mark.django_db

# Place to the place around it, the larger ones first.
AROUND = {
    "world": None,
    "sea": "world",
    "northern-sea": "sea",
    "bay": "northern-sea",
    "pier": "bay",
    "land": "world",
    "city": "land",
}
EXERCISES = {
    "in-the-sea": ["sea"],
    "in-the-northern-sea": ["northern-sea"],
    "at-the-pier": ["pier"],
    "in-the-city": ["city"],
    "at-pier-and-city": ["pier", "city"],
    "at-two-of-the-sea": ["bay", "northern-sea"],
    "somewhere": ["world"],
    "nowhere-told": [],
}
OF_THE_SEA = ["at-pier-and-city", "at-the-pier", "at-two-of-the-sea", "in-the-northern-sea"]


@pytest.fixture
def places() -> dict[str, Any]:
    made: dict[str, Any] = {None: None}
    for slug, around in AROUND.items():
        made[slug] = PlaceFactory(slug=slug, part_of=made[around])
    return made


@pytest.fixture
def world(places) -> None:
    for slug, where in EXERCISES.items():
        ExerciseFactory(slug=slug, places=[places[place] for place in where])
        stops = [{"order": n, "place": places[place]} for n, place in enumerate(where, start=1)]
        CorridorFactory(slug=slug, stops=stops)


@pytest.mark.parametrize("path", ["exercises/?places", "corridors/?stops__place"])
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("=sea", sorted([*OF_THE_SEA, "in-the-sea"])),
        ("=northern-sea", OF_THE_SEA),
        ("=pier", ["at-pier-and-city", "at-the-pier"]),
        ("=world", sorted(slug for slug, where in EXERCISES.items() if where)),
        ("__in=bay,city", sorted([*OF_THE_SEA[:3], "in-the-city"])),
        ("__all=sea,land", ["at-pier-and-city"]),
        ("__not=sea", ["in-the-city"]),
        ("__not=world", []),
        ("__not=land", sorted([*OF_THE_SEA[1:], "in-the-sea"])),
        ("__all__not=sea,land", sorted([*OF_THE_SEA[1:], "in-the-sea", "in-the-city"])),
    ],
)
def test_a_filter_that_names_a_place_finds_what_lies_within(api, world, path, question, expected):
    assert answered_slugs(api, f"{path}{question}") == expected


@pytest.mark.parametrize("path", ["exercises/?places", "corridors/?stops__place"])
def test_of_what_is_only_known_to_lie_around_it_cannot_be_told(api, world, path):
    """An exercise of the sea may have been at its pier, or not."""
    for query in ("=pier", "__not=pier"):
        answer = api.get(f"/api/v1/{path}{query}").json()
        # the sea, the northern sea, bay and northern sea, the world; and where nothing is told
        (counted,) = answer["left_out"]["unknown"].values()
        assert counted == 5
    answer = api.get(f"/api/v1/{path}=pier&also=unknown").json()
    assert answer["count"] == 2 + 5


@pytest.mark.parametrize("path", ["exercises/?", "corridors/?"])
def test_a_facet_counts_what_its_value_finds(api, world, path):
    name, parameter = ("places", "places") if "exer" in path else ("stops.place", "stops__place")
    facet = api.get(f"/api/v1/{path}facet={name}").json()["facets"][name]
    counts = {entry["value"]: entry["count"] for entry in facet}
    assert counts == {
        "world": 7,
        "sea": 5,
        "northern-sea": 4,
        "bay": 3,
        "pier": 2,
        "land": 2,
        "city": 2,
        None: 1,
    }
    counts.pop(None)
    for place, count in counts.items():
        assert api.get(f"/api/v1/{path}{parameter}={place}").json()["count"] == count


def test_an_aggregate_counts_the_same(api, world):
    answer = api.get("/api/v1/exercises/aggregate/?group_by=places").json()
    counts = {g["group"]["places"]: g["metrics"]["count"]["value"] for g in answer["groups"]}
    assert (counts["sea"], counts["northern-sea"]) == (5, 4)
    assert answer["overlapping"] is True


def test_places_within_are_asked_for_by_what_they_are_part_of(api, world):
    assert answered_slugs(api, "places/?part_of=sea") == ["bay", "northern-sea", "pier"]
    facet = api.get("/api/v1/places/?facet=part_of").json()["facets"]["part_of"]
    assert {"value": "sea", "count": 3} in facet


def test_stop_and_branch_are_asked_of_one_row(api, places):
    rows = [
        {"order": 1, "place": places["pier"], "is_prospective": True},
        {"order": 2, "place": places["city"]},
    ]
    CorridorFactory(slug="a-corridor", stops=rows)
    for place, expected in (("sea", []), ("land", ["a-corridor"])):
        query = f"corridors/?stops__place={place}&stops__is_prospective=false"
        assert answered_slugs(api, query) == expected


@pytest.mark.parametrize("path", ["exercises/?places=sea", "corridors/?stops__place=sea"])
def test_it_costs_no_query_more_however_deep_they_lie(api, queries, places, path):
    counts = set()
    for turn in range(2):
        with queries() as counted:
            assert api.get(f"/api/v1/{path}").status_code == 200
        counts.add(len(counted))
        deep = places["pier"]
        for n in range(10):
            deep = PlaceFactory(slug=f"step-{turn}-{n}", part_of=deep)
        ExerciseFactory(places=[deep])
        CorridorFactory(stops=[{"order": 1, "place": deep}])
    assert len(counts) == 1


@pytest.mark.parametrize("path", ["exercises/?places", "corridors/?stops__place"])
def test_ten_thousand_places_are_walked_by_an_index(api, path):
    """A tree of places, and records at its leaves: nothing is read whole for each place."""
    Place.objects.bulk_create(
        Place(slug=f"p-{n}", name=f"P {n}", kind="city", certainty="confirmed", document="{}")
        for n in range(10_000)
    )
    by_number = {int(p.slug[2:]): p for p in Place.objects.filter(slug__startswith="p-")}
    for n, place in by_number.items():
        place.part_of = by_number[(n - 1) // 3] if n else None
    Place.objects.bulk_update(by_number.values(), ["part_of"], batch_size=2_000)
    exercise, corridor = ExerciseFactory(slug="deep"), CorridorFactory(slug="deep")
    exercise.places.add(by_number[9_999])
    Stop.objects.create(record=corridor, position=1, order=1, place=by_number[9_999])
    assert answered_slugs(api, f"{path}=p-0") == ["deep"]
    model, column = (Exercise, "places") if "exercises" in path else (Stop, "place")
    within = model._default_manager.filter(**{f"{column}__in": Place.ids_meant_by([by_number[5]])})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE places_place")
        assert "Seq Scan on places_place" not in within.explain()
    else:
        plan = within.explain()
        assert "SEARCH node USING COVERING INDEX places_place_part_of" in plan
        assert "SCAN node" not in plan
    assert Corridor.objects.count() == 1

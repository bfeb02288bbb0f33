"""Corridors that cross a country: with a stop in it, or with its state on the way."""

import pytest

from apps.corridors.models import Corridor
from tests.types.corridors.countries import KAZAKH, store_world
from tests.types.corridors.factories import CorridorFactory, StopFactory
from tests.types.places.factories import PlaceFactory
from tests.types.tables import answered_slugs, slugs_of

pytestmark = pytest.mark.django_db

AZERBAIJANI = ["from-baku-to-batumi", "stops-and-members"]
GEORGIAN = ["from-baku-to-batumi", "georgian-member-kazakh-investor", "stops-and-members"]


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        (["AZ"], AZERBAIJANI),
        (["GE"], GEORGIAN),
        (["KZ"], KAZAKH),
        (["AZ", "KZ"], sorted([*AZERBAIJANI, *KAZAKH])),
        (["KZ", "GE"], sorted([*GEORGIAN, *KAZAKH])),
        (["AM"], []),
        ([], []),
    ],
)
def test_corridors_that_cross_any_of_the_countries(countries, expected):
    store_world()
    assert slugs_of(Corridor.objects.published().crossing(*countries)) == expected


def test_the_countries_of_what_is_around_a_place_count_where_it_has_none(api):
    region = PlaceFactory(slug="region", country="GE")
    bay = PlaceFactory(slug="bay", country=None, part_of=region)
    pier = PlaceFactory(slug="pier", country=None, part_of=bay)
    CorridorFactory(slug="to-the-pier", stops=[{"order": 1, "place": pier}])
    assert answered_slugs(api, "corridors/?country=GE") == ["to-the-pier"]


def test_of_what_no_country_is_known_nothing_is_told(api):
    CorridorFactory(slug="under-the-sea")
    StopFactory(record=CorridorFactory(slug="azerbaijani"), order=1)
    for query, certain in (("country=RU", []), ("country__not=RU", ["azerbaijani"])):
        answer = api.get(f"/api/v1/corridors/?{query}").json()
        assert [record["slug"] for record in answer["results"]] == certain
        assert answer["left_out"]["unknown"] == {"country": 1}
        both = api.get(f"/api/v1/corridors/?{query}&also=unknown.country").json()
        assert both["count"] == len(certain) + 1


def test_readers_ask_for_it_of_what_is_published(api):
    for slug, publication in (("public", "published"), ("hidden", "draft")):
        StopFactory(record=CorridorFactory(slug=slug, publication=publication), order=1)
    answer = api.get("/api/v1/corridors/?country=AZ").json()
    assert [record["slug"] for record in answer["results"]] == ["public"]

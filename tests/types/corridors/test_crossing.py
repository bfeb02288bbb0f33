"""Corridors that cross a country: with a stop in it, or with its state on the way."""

import pytest

from apps.corridors.models import Corridor
from tests.types.corridors.countries import KAZAKH, store_world
from tests.types.corridors.factories import CorridorFactory, StopFactory
from tests.types.tables import slugs_of

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


def test_the_word_alone_hides_no_draft():
    store_world()
    assert "a-draft" in slugs_of(Corridor.objects.crossing("AZ"))


def test_readers_ask_for_it_of_what_is_published(api):
    for slug, publication in (("public", "published"), ("hidden", "draft")):
        StopFactory(record=CorridorFactory(slug=slug, publication=publication), order=1)
    answer = api.get("/api/v1/corridors/?country=AZ").json()
    assert [record["slug"] for record in answer["results"]] == ["public"]

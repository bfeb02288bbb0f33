"""Corridors that nothing known keeps from crossing a country: of which no country is known."""

import pytest

from apps.corridors.models import Corridor
from tests.types.corridors.countries import KAZAKH, PARTS, store_world
from tests.types.corridors.factories import CorridorFactory, StopFactory
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

# Neither a stop in a country, nor a state with a code on the way.
OF_UNKNOWN_COURSE = sorted(
    [
        *(slug for slug in PARTS if slug.startswith("kazakh-") and slug not in KAZAKH),
        *("at-sea", "of-a-kazakh-company", "of-a-state-without-code", "without-any"),
    ]
)


@pytest.mark.parametrize(
    ("countries", "known"),
    [
        (["AZ"], ["from-baku-to-batumi", "stops-and-members"]),
        (["KZ"], KAZAKH),
        (["AM"], []),
        ([], []),
    ],
)
def test_what_crosses_it_and_what_is_not_known_to_cross_any_other(countries, known):
    store_world()
    possible = Corridor.objects.published().possibly_crossing(*countries)
    assert slugs_of(possible) == sorted([*known, *OF_UNKNOWN_COURSE])


def test_readers_learn_how_many_are_left_out_with_it_and_without_it(api):
    StopFactory(record=CorridorFactory(slug="azerbaijani"), order=1)
    CorridorFactory(slug="of-unknown-course")
    for query, certain in (("country=AZ", ["azerbaijani"]), ("country__not=AZ", [])):
        answer = api.get(f"/api/v1/corridors/?{query}").json()
        assert [record["slug"] for record in answer["results"]] == certain
        assert answer["left_out"]["unknown"] == {"country": 1}
        both = api.get(f"/api/v1/corridors/?{query}&also=unknown.country").json()
        assert [r["slug"] for r in both["results"]] == [*certain, "of-unknown-course"]

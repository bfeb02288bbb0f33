"""The countries of corridors, each once a corridor: the same that `crossing` finds them by."""

import pytest

from apps.corridors.models import Corridor
from tests.types.corridors.countries import KAZAKH, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

PAIRS = {
    ("from-baku-to-batumi", "AZ"),
    ("from-baku-to-batumi", "GE"),
    ("stops-and-members", "AZ"),
    ("stops-and-members", "GE"),
    ("georgian-member-kazakh-investor", "GE"),
    ("a-draft", "AZ"),
    *((slug, "KZ") for slug in KAZAKH),
}


def pairs_of(corridors) -> list[tuple[str, str]]:
    """Slug and country, as often as they are told."""
    slugs = dict(Corridor.objects.values_list("pk", "slug"))
    return sorted((slugs[pk], country) for pk, country in corridors.countries_crossed())


def test_each_country_is_told_once_for_each_corridor():
    store_world()
    assert pairs_of(Corridor.objects.all()) == sorted(PAIRS)


def test_only_those_of_the_corridors_that_were_asked_for():
    store_world()
    public = sorted(pair for pair in PAIRS if pair[0] != "a-draft")
    assert pairs_of(Corridor.objects.published()) == public
    assert pairs_of(Corridor.objects.filter(slug="kazakh-origin")) == [("kazakh-origin", "KZ")]
    assert pairs_of(Corridor.objects.none()) == []


@pytest.mark.parametrize("country", ["AZ", "GE", "KZ", "AM"])
def test_they_are_those_by_which_a_corridor_is_found(country):
    store_world()
    told = [slug for slug, code in pairs_of(Corridor.objects.all()) if code == country]
    assert told == slugs_of(Corridor.objects.crossing(country))

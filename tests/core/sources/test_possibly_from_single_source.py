"""Records that may rest on one publisher alone, or on several."""

import pytest

from apps.actors.models import Actor
from tests.core.sources.worlds import CITED, store_publishers
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

ON_TWO = {"on-two", "on-three-texts-of-two"}


@pytest.mark.parametrize(
    ("is_single", "expected"),
    [
        (True, CITED.keys() - ON_TWO),
        (False, {*ON_TWO, "on-one-and-an-unnamed"}),
    ],
)
def test_an_unnamed_publisher_may_be_the_same_or_another(is_single, expected):
    store_publishers()
    assert slugs_of(Actor.objects.possibly_from_single_source(is_single)) == sorted(expected)

"""Records that rest on one publisher alone, and those that do not."""

import pytest

from apps.actors.models import Actor
from tests.core.sources.worlds import store_publishers
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

ON_NONE = {"on-none", "on-what-we-know"}
ON_ONE = {"on-two-of-one", "on-a-reprint"}
ON_TWO = {"on-two", "on-three-texts-of-two"}


@pytest.mark.parametrize(
    ("is_single", "expected"),
    [
        (True, {*ON_NONE, *ON_ONE, "on-an-unnamed"}),
        (False, ON_TWO),
    ],
)
def test_of_an_unnamed_publisher_beside_another_neither_is_known(is_single, expected):
    store_publishers()
    assert slugs_of(Actor.objects.from_single_source(is_single)) == sorted(expected)

"""Records that may rest on so many publishers."""

import pytest

from apps.actors.models import Actor
from tests.core.sources.worlds import CITED, store_publishers
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

ON_NONE = {"on-none", "on-what-we-know"}
ON_TWO = {"on-two", "on-three-texts-of-two"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, CITED.keys() - ON_NONE),
        (2, {*ON_TWO, "on-one-and-an-unnamed"}),
        (3, []),
    ],
)
def test_an_unnamed_publisher_may_be_another_one(number, expected):
    store_publishers()
    assert slugs_of(Actor.objects.possibly_with_publishers(number)) == sorted(expected)

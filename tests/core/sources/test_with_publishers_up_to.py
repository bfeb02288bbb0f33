"""Records that rest on at most so many publishers, whoever the unnamed are."""

import pytest

from apps.actors.models import Actor
from tests.core.sources.worlds import CITED, store_publishers
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

ON_NONE = {"on-none", "on-what-we-know"}
ON_ONE = {"on-two-of-one", "on-a-reprint"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, ON_NONE),
        (1, {*ON_NONE, *ON_ONE, "on-an-unnamed"}),
        (2, CITED),
    ],
)
def test_an_unnamed_publisher_may_be_one_too_many(number, expected):
    store_publishers()
    assert slugs_of(Actor.objects.with_publishers_up_to(number)) == sorted(expected)

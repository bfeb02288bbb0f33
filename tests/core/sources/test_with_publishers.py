"""Records that rest on at least so many publishers, whoever the unnamed are."""

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
        (0, CITED),
        (1, CITED.keys() - ON_NONE),
        (2, ON_TWO),
        (3, []),
    ],
)
def test_a_publisher_counts_once_and_so_does_a_text(number, expected):
    store_publishers()
    assert slugs_of(Actor.objects.with_publishers(number)) == sorted(expected)

"""Records that are not known to rest on more publishers."""

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
        (0, ON_NONE),
        (1, CITED.keys() - ON_TWO),
        (2, CITED),
    ],
)
def test_only_what_is_known_to_rest_on_more_is_left_out(number, expected):
    store_publishers()
    assert slugs_of(Actor.objects.possibly_with_publishers_up_to(number)) == sorted(expected)

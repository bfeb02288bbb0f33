"""The one record that was meant by what none is called: by any name, or misspelt; never a guess."""

import pytest

from apps.actors.models import Actor
from apps.core.querysets import find_meant_slugs
from tests.core.worlds import store_called_actors

pytestmark = pytest.mark.django_db

MEANT = {
    "Türkiye": ["turkey"],
    "csto": ["collective-security-treaty"],
    "uae": ["united-arab-emirates"],
    "ae": ["united-arab-emirates"],
    "united arab emirates": ["united-arab-emirates"],
    "united-arab-emirate": ["united-arab-emirates"],
    "ukriane": ["ukraine"],
    "turky": ["turkey"],
    "iraq": [],
    "sunny league": [],  # two are called so
    "hidden": [],
    "hiden": [],
    "uk": [],
    "u": [],
    "'%": [],
    "a" * 200: [],
}


@pytest.mark.parametrize(("text", "expected"), MEANT.items())
def test_the_one_that_was_meant_is_named_and_never_a_wrong_one(text, expected):
    store_called_actors()
    assert find_meant_slugs(Actor, text) == expected

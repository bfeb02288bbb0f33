"""Records by what they are called in full."""

import pytest

from apps.actors.models import Actor
from apps.core.models import record_models
from tests.core.worlds import store_called_actors
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


CALLED = {
    "TÜRKİYE": ["turkey"],
    "tur": ["turkey"],
    "TR": ["turkey"],
    "Турция": [],
    "одкб": ["collective-security-treaty"],
    "csto": ["collective-security-treaty"],
    "sunny league": ["first", "second"],
    "United Arab Emirates": ["united-arab-emirates"],
    "Hidden": ["a-draft"],
    "Turk": [],
    "-": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), CALLED.items())
def test_records_that_a_text_names_in_full(text, expected):
    store_called_actors()
    assert slugs_of(Actor.objects.called(text)) == expected


@pytest.mark.any_database("of every database's plan the form is another; the indexes are the same")
def test_every_way_is_looked_up_by_an_index():
    store_called_actors()
    for model in record_models().values():
        plan = model.objects.published().called("TUR").order_by().explain()
        assert "SCAN" not in plan, plan

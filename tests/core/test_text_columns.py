"""What stands beside each text: how it is looked up, and where it stands in the order of names."""

import unicodedata
from itertools import pairwise

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from hypothesis import given
from hypothesis import strategies as st

from apps.actors.models import Actor, ActorName
from apps.core.migrations._existing_rows import fill_in_text_columns
from apps.core.texts import order_key
from apps.search.words import fold_letters
from tests.types.actors.factories import ActorFactory, ActorNameFactory

IN_ORDER = [
    "1992", "2 × 2", "Abdul", "al-Qaeda", "ASFAT", "Asfat Ltd", "azat", "Azat", "Āzat",
    "Azerbaijan", "Erdoğan", "Zangezur", "Азия", "Қазақстан", "Россия", "საქართველო", "Հայաստան",
    "ایران",
]  # fmt: skip
ALIKE = [
    ("россия", "Россия"),
    ("ERDOĞAN", "Erdoğan"),
    ("erdogan", "Erdoğan"),
    ("ҚАЗАҚСТАН", "Қазақстан"),
    ("Азербайджан", "азербайджан"),
    ("ԱԴՐԲԵՋԱՆ", "Ադրբեջան"),
    ("İstanbul", "ISTANBUL"),
    ("Straße", "STRASSE"),
    ("o‘zbekiston", "Oʻzbekiston"),
    ("Aliyev", "Aliev"),
]


def test_letters_come_first_then_accents_then_case():
    keys = [order_key(name) for name in IN_ORDER]
    assert all(first < second for first, second in pairwise(keys))


@given(st.text(max_size=150))
def test_a_key_is_ascii_and_short_enough_for_an_index(text):
    key = order_key(text)
    assert key.isascii()
    assert len(key) < 2_700


@pytest.mark.parametrize(("text", "other"), ALIKE)
def test_case_accents_and_script_do_not_matter(text, other):
    assert fold_letters(text) == fold_letters(other)


@given(st.text("aiyjqwé ßşŞIıİ'ʼոՈւéЖжЯ-e1s2", min_size=1, max_size=30), st.data())
def test_a_part_of_a_text_is_a_part_of_its_folding(text, data):
    text = unicodedata.normalize("NFC", text)
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    if not part.endswith("ո") and not part.startswith("ւ"):  # two letters of one vowel
        assert fold_letters(part) in fold_letters(text)


@pytest.mark.django_db
def test_every_way_of_writing_fills_the_columns():
    actor = ActorFactory(slug="a", name="Ərdoğan")
    ActorNameFactory(record=actor, name="ЭРДОГАН")
    Actor.objects.bulk_create([Actor(slug="b", name="Әрдоған", kind="person")])
    actor.name = "Erdoğan"
    actor.save()
    assert dict(Actor.objects.values_list("slug", "name_folded")) == {
        "a": "erdogan",
        "b": "ardoghan",
    }
    assert Actor.objects.values_list("name_order", flat=True).get(slug="a") == order_key("Erdoğan")
    assert ActorName.objects.values_list("name_folded", flat=True).get() == "erdogan"
    assert Actor.objects.filter(summary__isnull=True, summary_order=None).count() == 2


@pytest.mark.django_db
def test_a_migration_fills_them_for_rows_that_are_there():
    actor = ActorFactory(name="Россия", summary=None)
    ActorNameFactory(record=actor, name="Ռուսաստան")
    for model in (Actor, ActorName):
        model.objects.update(name_folded="old")
    then = MigrationLoader(connection).project_state(("actors", "0003_texts_compare_alike")).apps
    fill_in_text_columns("actors")(then, None)
    row = Actor.objects.values("name_folded", "name_order", "summary_folded").get()
    assert [*row.values()] == ["rossia", order_key("Россия"), None]
    assert ActorName.objects.values_list("name_folded", flat=True).get() == "rrusastan"

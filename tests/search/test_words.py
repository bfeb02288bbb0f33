"""How text becomes words: the same for the index and for a query."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.search.engines import current_engine
from apps.search.models import Entry
from apps.search.words import Compound, SearchQuery, folded_words, joined_compounds
from tests.search.factories import EntryFactory


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["Türkiye", "TURKIYE", "türki̇ye"], "turkie"),
        (["İstanbul", "ISTANBUL", "ıstanbul"], "istanbul"),
        (["Aliyev", "Aliev", "Алиев", "ALIYEV"], "aliev"),
        (["Gaidar", "Gaydar", "Gajdar", "Гайдар"], "gaidar"),
        (["Qazakh", "Kazakh", "Казах"], "kazakh"),
        (["Gyumri", "Гюмри", "Գյումրի"], "giumri"),
        (["Tskhinvali", "Ts'khinvali", "Ts’khinvali"], "tskhinvali"),
        (["Qarabağ", "QARABAĞ", "ＱＡＲＡＢＡＧ"], "karabag"),
        (["Armenia’s", "ARMENIA'S", "Armenia"], "armenia"),
        (["Семёнов", "Семенов", "Semenov"], "semenov"),
        (["قَرَه", "قره"], "krh"),
        (["FA-18", "fa 18", "“FA”–18"], "fa 18"),
        (["3+3", "3 + 3"], "3 3"),
        (["C5+1", "c5 1"], "c5 1"),
        (["", " ", "+++", '"*"', "—"], ""),
    ],
)
def test_spellings_of_one_thing_become_the_same_words(texts, words):
    assert {folded_words([text]) for text in texts} == {words}


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("F/A-18", "fa18"),
        ("FA-18", "fa18"),
        ("C5+1", "c51"),
        ("Trans-Caspian", "transcaspian"),
        ("U.S.", "us"),
        ("3+3", ""),  # 33 is another thing
        ("a-b-c-d-e", ""),  # nobody spells that in one
        ("Armenia, Georgia", ""),
    ],
)
def test_a_compound_is_also_one_word(text, together):
    assert joined_compounds([text]) == together


def test_ten_words_of_a_query_count():
    assert SearchQuery.from_text(" ".join("abcdefghklmno")).words == list("abcdefghkl")
    assert len(SearchQuery.from_text("a-" * 90).words) == 10


@given(st.text(), st.text())
def test_words_are_latin_letters_and_digits_whatever_the_text(text, other):
    assert re.fullmatch(r"([a-z0-9]{1,50}( [a-z0-9]{1,50})*)?", folded_words([text, other]))
    assert re.fullmatch(r"([a-z0-9]{1,50}( [a-z0-9]{1,50})*)?", joined_compounds([text, other]))


@given(st.text(max_size=40))
def test_folding_what_was_folded_changes_nothing(text):
    assert folded_words([folded_words([text])]) == folded_words([text])


@given(st.text("abcdefghijklmnopqrstuvwxyzəğışçöüабвгдежзийклмнопрстуфхцчшщыэюя", max_size=12))
def test_the_beginning_of_a_word_stays_its_beginning(word):
    assert all(
        folded_words([word]).startswith(folded_words([word[:end]])) for end in range(len(word))
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("0123456789eaxi", min_size=1, max_size=8), min_size=1, max_size=8))
def test_the_database_takes_every_word_as_it_is(db, texts):
    """Its own parser would read numbers, exponents, hosts and hyphens out of a text."""
    entry = EntryFactory(label_words=folded_words(texts))
    for word in entry.label_words.split():
        held = current_engine().match_condition(SearchQuery((Compound((word,)),)), "label")
        assert Entry.objects.filter(held, pk=entry.pk).exists()

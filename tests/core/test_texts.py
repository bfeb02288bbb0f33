"""What nobody sees is refused where it stands; of joiners, those that join nothing."""

import pytest
from django.core.exceptions import ValidationError

from apps.core.fields import PlainTextField

FIELD = PlainTextField(max_length=200)
REFUSED = [
    *("\u200b", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u200f", "\u202e", "\u2066", "\u2069"),
    *("\u061c", "\u180e", "\u3164", "\u115f", "\u034f", "\u2800"),
    *("\U000e0041", "\u200c", "\u200d"),
]


@pytest.mark.parametrize("character", REFUSED)
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Ilham{}Aliyev", "after “Ilham”"),
        ("{}Ilham", "at the beginning"),
        ("Ильхам{}", "after “Ильхам”"),
        ("x" * 30 + "{}y", f"after “{'x' * 20}”"),
    ],
)
def test_what_nobody_sees_is_refused_where_it_stands(character, text, place):
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(text.format(character), None)
    (reason,) = refused.value.messages
    number = f"U+{ord(character):04X}"
    assert reason == f"The invisible character {number} stands {place}: take it out."


@pytest.mark.parametrize("end_of_line", ["\u2028", "\u2029"])
def test_ends_of_lines_are_trimmed_at_the_ends_and_refused_within(end_of_line):
    assert FIELD.clean(f"{end_of_line}Ilham{end_of_line}", None) == "Ilham"
    with pytest.raises(ValidationError, match=r"invisible character U\+202"):
        FIELD.clean(f"Ilham{end_of_line}Aliyev", None)


@pytest.mark.parametrize(
    "text",
    [
        *("می\u200cخواهم", "क्\u200dष", "Heydər Əliyev", "Աբխազիա", "ქართული", "Çıldır – Kars"),
        *("e\u0301t", "«Газпром»", "\u0600١٢٣", "東京", "العربية", "Tbilisi\u00a0State"),
    ],
)
def test_what_is_seen_is_taken(text):
    assert FIELD.clean(text, None)


@pytest.mark.parametrize("text", ["می\u200c", "\u200cمی", "می\u200c\u200cخواهم", "می\u200c خواهم"])
def test_a_joiner_that_joins_nothing_is_refused(text):
    with pytest.raises(ValidationError, match=r"invisible character U\+200C"):
        FIELD.clean(text, None)

"""Values of documents as people compare them: `{% lines value other %}`."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag
def lines(value: object, other: object = None) -> str:
    """A value, an entry a line; marked where the other side has it not."""
    if value in (None, "", [], {}):
        return format_html('<span class="nothing">{}</span>', "nothing")
    beside = comparable_entries(other)
    marked = (
        ("same" if entry in beside else "only", value_in_words(entry))
        for entry in comparable_entries(value)
    )
    return format_html_join("", '<div class="{}">{}</div>', marked)


def comparable_entries(value: object) -> list[Any]:
    """What is compared line by line."""
    return value if isinstance(value, list) else [] if value is None else [value]


def value_in_words(value: object) -> str:
    """One entry on one line: `actor: norland · role: mediator`, without what is empty."""
    if isinstance(value, dict):
        known = {key: inner for key, inner in value.items() if inner not in (None, "", [])}
        return " · ".join(f"{key}: {value_in_words(inner)}" for key, inner in known.items())
    if isinstance(value, list):
        return ", ".join(value_in_words(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

"""Values of documents as people compare them: `{% lines value other %}`."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag
def lines(value: Any, other: Any = None) -> str:
    """A value, an entry a line; marked where the other side has it not."""
    if value in (None, "", [], {}):
        return format_html('<span class="nothing">{}</span>', "nothing")
    beside = entries(other)
    shown = ((one in beside, one) for one in entries(value))
    marked = (("same" if same else "only", in_words(one)) for same, one in shown)
    return format_html_join("", '<div class="{}">{}</div>', marked)


def entries(value: Any) -> list[Any]:
    """What is compared line by line."""
    return value if isinstance(value, list) else [] if value is None else [value]


def in_words(value: Any) -> str:
    """One entry on one line: `actor: norland · role: mediator`, without what is empty."""
    if isinstance(value, dict):
        known = {key: inner for key, inner in value.items() if inner not in (None, "", [])}
        return " · ".join(f"{key}: {in_words(inner)}" for key, inner in known.items())
    if isinstance(value, list):
        return ", ".join(in_words(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

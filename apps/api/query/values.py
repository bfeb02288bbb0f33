"""How the text of a query parameter is read: as words, slugs, dates, numbers, text; or refused.

Each reader takes the texts of one parameter and gives its values; what is wrong with any of them
is said in words, with what is allowed and what was perhaps meant.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from apps.api.http.problems import SHOWN
from apps.core import dates
from apps.core.fields import validate_plain
from apps.core.models import is_slug
from apps.core.querysets import MAX_TEXT
from apps.core.spelling import did_you_mean, nearest

Read = Callable[[list[str]], list[Any]]

NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)


def each(parse: Callable[[str], Any]) -> Read:
    """Read values one by one, collecting what is wrong with any of them."""

    def read(texts: list[str]) -> list[Any]:
        found, errors = [], []
        for text in texts:
            try:
                found.append(parse(text))
            except ValidationError as error:
                errors += error.error_list
        if errors:
            raise ValidationError(errors)
        return found

    return read


def slugs_of(model: Any) -> Read:
    """Read slugs as published records, so that queries compare ids."""

    def read(slugs: list[str]) -> list[Any]:
        visible = model.objects.published()
        wanted = [slug for slug in slugs if is_slug(slug)]
        rows = visible.filter(slug__in=wanted).only("slug").order_by()
        found = {record.slug: record for record in rows}
        if unknown := [slug for slug in slugs if slug not in found]:
            known = visible.order_by().values_list("slug", flat=True)[:5000]
            name = model._meta.verbose_name
            raise ValidationError(
                [refusal(f"There is no {name} “{slug[:100]}”.", slug, known) for slug in unknown]
            )
        return list(found.values())

    return read


def refusal(
    message: str, word: str, known: Iterable[str], allowed: Iterable[str] = ()
) -> ValidationError:
    """A reason, with the word that was perhaps meant and those that are allowed."""
    words = list(known)
    hint = f"{message}{did_you_mean(word, words)}"
    more = {"suggestions": nearest(word, words), "allowed": list(allowed)[:SHOWN]}
    return ValidationError(hint.replace("%", "%%"), params=more)


def word_of(choices: Iterable[tuple[Any, Any]]) -> Callable[[str], str]:
    """A word of a closed vocabulary."""
    known = [str(choice) for choice, _ in choices]

    def parse(text: str) -> str:
        if text not in known:
            shown = ", ".join(known[:40]) + (" …" if len(known) > 40 else "")
            message = f"“{text[:100]}” is not one of: {shown}."
            raise refusal(message, text, known, allowed=known)
        return text

    return parse


def a_date(text: str) -> str:
    """An EDTF date, as it is written."""
    try:
        dates.parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    return text


def a_moment(text: str) -> datetime:
    """A time with its offset (RFC 3339)."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1700 <= moment.year <= 2200:
        raise ValidationError("Write a time with its offset, like 2026-01-31T12:00:00Z.")
    return moment


def a_number(greatest: int, whole: bool = False) -> Callable[[str], Decimal]:
    """A number that every database can compare with a column."""

    def parse(text: str) -> Decimal:
        number = Decimal(text) if NUMBER.fullmatch(text) else None
        if number is None or (whole and number != number.to_integral_value()):
            kind = "A whole number" if whole else "A number"
            raise ValidationError(f"{kind}, like 1600 or -3." if whole else f"{kind}, like 55.5.")
        if abs(number) > greatest:
            raise ValidationError(f"A number from -{greatest:,} to {greatest:,}.")
        return number

    return parse


def a_text(text: str) -> str:
    """Plain text of bounded length."""
    if len(text) > MAX_TEXT:
        raise ValidationError(f"At most {MAX_TEXT} characters.")
    validate_plain(text)
    return text


def yes_or_no(text: str) -> bool:
    """`true` or `false`, nothing else."""
    if text not in ("true", "false"):
        raise ValidationError("Write true or false.")
    return text == "true"

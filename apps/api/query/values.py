"""Kinds of values of query parameters: how each is read from text, and what OpenAPI says of it.

A kind takes the texts of one parameter and gives its values; what is wrong with any of them is
said in words, with what is allowed and what was perhaps meant. Its schema is as strict as that.
A `title` marks a schema that has a name of its own in the description
(api/openapi/shared_components.py). Patterns are written so that JavaScript, Python and Rust read
them alike.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from apps.api.http.problems import MAX_ALLOWED_SHOWN, MAX_HINTED_WORDS, ParameterError
from apps.core import codes, dates, geometry
from apps.core.fields import validate_plain_text
from apps.core.models import SLUG_REGEX as SLUG_PATTERN
from apps.core.models import Record, is_slug
from apps.core.querysets import MAX_SEARCH_TEXT, find_meant_slugs
from apps.core.spelling import nearest_words, suggest_words
from apps.ledger.models import Dataset

Schema = dict[str, Any]

# The country that is meant by a code of three letters, or by one that is no ISO code.
OTHER_CODES = {alpha_3: alpha_2 for alpha_2, alpha_3 in codes.ALPHA_3.items()} | {"UK": "GB"}


@dataclass(eq=False)
class Kind:
    """A kind of value: `parse` reads one (ValidationError: the text is none), `schema` says it."""

    parse: Callable[[str], Any]
    schema: Schema

    def read_values(self, texts: list[str]) -> list[Any]:
        """The values of a parameter.

        Raises:
            ValidationError: with what is wrong with any of them.
        """
        values, errors = [], []
        for text in texts:
            try:
                values.append(self.parse(text))
            except ValidationError as error:
                errors += error.error_list
            if len(errors) == MAX_HINTED_WORDS:
                errors.append(ValidationError("No value after these was looked at."))
                break
        if errors:
            raise ValidationError(errors)
        return values


def unknown_word_refusal(
    message: str, text: str, known: Iterable[str], allowed: Iterable[str] = ()
) -> ValidationError:
    """A reason, with the word that was perhaps meant and those that are allowed."""
    meant = nearest_words(OTHER_CODES.get(text.upper(), text), known)
    hint = f"{message}{suggest_words(meant)}"
    more = {"suggestions": meant, "allowed": list(allowed)[:MAX_ALLOWED_SHOWN]}
    return ValidationError(hint.replace("%", "%%"), params=more)


def misgiven(name: str, texts: list[str], is_multiple: bool = False) -> ParameterError | None:
    """What is wrong with how often a parameter is given, or with a blank one."""
    if any(not text.strip() for text in texts):
        return ParameterError(name, "A parameter has a value.", "blank")
    if len(texts) > 1 and not is_multiple:
        return ParameterError(name, "This parameter stands once.", "repeated")
    return None


# Text

# No control character and nothing for private use; unassigned code points are refused, too.
REFUSED_CHARACTERS = r"\x00-\x1f\x7f-\x9f\ue000-\uf8ff"


def parse_text(text: str) -> str:
    """Plain text of bounded length."""
    if len(text) > MAX_SEARCH_TEXT:
        raise ValidationError(f"At most {MAX_SEARCH_TEXT} characters.")
    validate_plain_text(text)
    return text


def text_pattern() -> str:
    """The pattern of text that is not blank."""
    return rf"^[^{REFUSED_CHARACTERS}]*[^\s{REFUSED_CHARACTERS}][^{REFUSED_CHARACTERS}]*$"


def listed_text_pattern() -> str:
    """The pattern of text that is not blank, in which a backslash stands before each comma."""
    letter, blank = rf"(\\,|[^,{REFUSED_CHARACTERS}])", rf"(\\,|[^\s,{REFUSED_CHARACTERS}])"
    return rf"^{letter}*{blank}{letter}*$"


def split_at_commas(text: str) -> list[str]:
    """The values between the commas of a parameter; a comma within a value is written `\\,`."""
    return [value.replace("\\,", ",").strip() for value in re.split(r"(?<!\\),", text)]


LENGTH = {"type": "string", "maxLength": MAX_SEARCH_TEXT}
TEXT_SCHEMA = Kind(parse_text, {"title": "Text", **LENGTH, "pattern": text_pattern()})
# Of a list with commas between.
TEXT_IN_LIST = Kind(parse_text, {"title": "TextInList", **LENGTH, "pattern": listed_text_pattern()})
TEXT_OR_BLANK = Kind(parse_text, LENGTH)


def column_text(field: Any, kind: Kind) -> Kind:
    """Text that a column may hold as a whole: what its own rules refuse no row can have."""

    def parse(text: str) -> str:
        kind.parse(text)
        try:
            field.run_validators(text)
        except ValidationError as error:  # with parameters that are no part of an answer
            raise ValidationError(error.messages[0].replace("%", "%%")) from error
        return text

    return Kind(parse, kind.schema)


# Words and names


def vocabulary_word(words: Iterable[Any]) -> Kind:
    """A word of a closed vocabulary."""
    known = [str(word) for word in words]

    def parse(text: str) -> str:
        if text not in known:
            shown = ", ".join(known[:40]) + (" …" if len(known) > 40 else "")
            message = f"“{text[:100]}” is not one of: {shown}."
            raise unknown_word_refusal(message, text, known, allowed=known)
        return text

    return Kind(parse, {"type": "string", "enum": known})


def parse_yes_or_no(text: str) -> bool:
    """`true` or `false`, nothing else."""
    if text not in ("true", "false"):
        raise ValidationError("Write true or false.")
    return text == "true"


YES_OR_NO = Kind(parse_yes_or_no, {"type": "boolean"})


def split_names(text: str) -> list[str]:
    """Names between commas; a blank one is a name, too, which nothing bears."""
    return [name.strip() for name in text.split(",")] if text.strip() else []


def names_schema(pattern: str, most: int | None = None) -> Schema:
    """Names with commas between, each as `pattern` says, at most so many."""
    more = f"{{0,{most - 1}}}" if most else "*"
    return {"type": "string", "pattern": f"^{pattern}(,{pattern}){more}$"}


def any_of(names: Iterable[str]) -> str:
    """The pattern of any of `names`."""
    return f"({'|'.join(name.replace('.', '[.]') for name in names)})"


# Slugs

SLUG_SCHEMA = {
    "title": "Slug",
    "type": "string",
    "maxLength": Record._meta.get_field("slug").max_length,
    "pattern": f"^{SLUG_PATTERN}$",
    "example": "south-caucasus-corridor",
}


class PublishedRecord(Kind):
    """A slug, read as the published record that it names, so that queries compare ids."""

    def __init__(self, model: type[Record]) -> None:
        super().__init__(str, SLUG_SCHEMA)
        self.model: type[Record] = model

    def read_values(self, texts: list[str]) -> list[Any]:
        visible = self.model.objects.published()
        wanted = [slug for slug in texts if is_slug(slug)]
        rows = visible.filter(slug__in=wanted).only("slug").order_by()
        records = {record.slug: record for record in rows}
        if unknown := [slug for slug in texts if slug not in records]:
            name = self.model._meta.verbose_name
            raise ValidationError(
                [
                    ValidationError(
                        f"There is no {name} “{slug[:100]}”.".replace("%", "%%"),
                        params={
                            "find_meant": partial(
                                find_meant_slugs, self.model, slug[:MAX_SEARCH_TEXT]
                            )
                        },
                    )
                    for slug in unknown
                ]
            )
        return list(records.values())


class PublishedSlug(PublishedRecord):
    """The slug of a published record, as it is written."""

    def read_values(self, texts: list[str]) -> list[Any]:
        return [record.slug for record in super().read_values(texts)]


# Dates and times

YEAR_PATTERN = "(1[7-9][0-9]{2}|2[01][0-9]{2}|2200)"
MONTH_PATTERN = "(0[1-9]|1[0-2])"
YEARS_PATTERN = "((1[7-9]|2[01])([0-9]X|XX))"
REST_PATTERN = f"(-({MONTH_PATTERN}(-(0[1-9]|[12][0-9]|3[01]|XX))?|2[1-4]|XX(-XX)?))"
DAY_PATTERN = f"({YEARS_PATTERN}|{YEAR_PATTERN}{REST_PATTERN}?)[?~%]?"
CLOCK_PATTERN = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
DAY_AND_CLOCK = re.compile(
    r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?", re.ASCII
)


def parse_date(text: str) -> str:
    """An EDTF date, as it is written."""
    try:
        dates.parse_edtf(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    return text


def parse_moment(text: str) -> datetime:
    """A time with its offset (RFC 3339)."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1700 <= moment.year <= 2200:
        raise ValidationError("Write a time with its offset, like 2026-01-31T12:00:00Z.")
    return moment


def parse_day_or_moment(text: str) -> datetime:
    """A time with its offset (RFC 3339), or a day (UTC), which means its end."""
    # A plus may not be escaped in the address.
    parts = DAY_AND_CLOCK.fullmatch(text.upper().replace(" ", "+"))
    try:
        if parts and parts.group(2):
            return datetime.fromisoformat(parts.group()).astimezone(UTC)
        if parts:
            return datetime.combine(date.fromisoformat(parts.group()), time.max, UTC)
    except (ValueError, OverflowError):
        pass  # no such day, or none that a calendar here reaches
    raise ValidationError("Write a day like 2026-01-31, or a time like 2026-01-31T12:00:00Z.")


DATE_SCHEMA = Kind(
    parse_date,
    {
        "title": "Date",
        "type": "string",
        "maxLength": 32,
        "pattern": rf"^({DAY_PATTERN}|{DAY_PATTERN}/({DAY_PATTERN}|\.\.)?|(\.\.)?/{DAY_PATTERN})$",
        "example": "2025-02",
    },
)
MOMENT = Kind(parse_moment, {"type": "string", "format": "date-time"})
DAY_OR_MOMENT = Kind(
    parse_day_or_moment,
    {
        "title": "DayOrTime",
        "type": "string",
        "pattern": rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(T{CLOCK_PATTERN})?$",
        "example": "2026-01-31",
    },
)


# Numbers

NUMBER_PATTERN = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)


def number_schema(
    greatest: int, whole: bool = False, least: int | None = None, **more: str
) -> Kind:
    """A number that every database can compare with a column; `more` is what its schema says."""
    lowest = -greatest if least is None else least

    def parse(text: str) -> Decimal:
        value = Decimal(text) if NUMBER_PATTERN.fullmatch(text) else None
        if value is None or (whole and value != value.to_integral_value()):
            kind = "A whole number" if whole else "A number"
            raise ValidationError(f"{kind}, like 1600 or -3." if whole else f"{kind}, like 55.5.")
        if not lowest <= value <= greatest:
            raise ValidationError(f"A number from {lowest:,} to {greatest:,}.")
        return value

    kind = "integer" if whole else "number"
    return Kind(parse, {**more, "type": kind, "minimum": lowest, "maximum": greatest})


def natural_number(least: int, greatest: int) -> Kind:
    """A whole number in ASCII digits, within bounds."""

    def parse(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(greatest))
        if not (is_number and least <= int(text) <= greatest):
            raise ValidationError(f"A whole number from {least:,} to {greatest:,}.")
        return int(text)

    return Kind(parse, {"type": "integer", "minimum": least, "maximum": greatest})


def existing_revision(kind: Kind) -> Kind:
    """A number of `kind` from which a copy is continued: no revision that is not there yet.

    Else a copy of a dataset that was set back, or is another one, would wait without a word.
    """

    def parse(text: str) -> int:
        number = int(kind.parse(text))
        if number > 0 and number > (newest := Dataset.current_revision()):
            raise ValidationError(
                f"The newest revision is {newest}: this dataset was set back, or is not the one"
                " that was copied. Copy it anew."
            )
        return number

    return Kind(parse, kind.schema)


# Boxes


def parse_box(text: str) -> geometry.Box:
    """`west,south,east,north` in degrees."""
    try:
        return geometry.parse_box(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


BOX_SCHEMA = Kind(
    parse_box,
    {
        "type": "array",
        "items": {"type": "number", "minimum": -180, "maximum": 180},
        "minItems": 4,
        "maxItems": 4,
        "example": [44, 38, 52, 42],
    },
)

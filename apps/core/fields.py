"""Model fields for what this domain is made of: plain text, partial dates, quantities, word lists.

A date or quantity is one declaration and several columns: `signed_on = EdtfField()` also makes
the indexed `signed_on_earliest` and `signed_on_latest`; `length_km = MeasureField()` also makes
`length_km_max` and `length_km_qualifier`. Django's ImageField does the same for its dimensions.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute
from django.db.models.sql.compiler import SQLCompiler

from apps.core import codes, dates, geometry
from apps.core.texts import NameField as NameField
from apps.core.texts import PlainTextField as PlainTextField
from apps.core.texts import validate_plain_text as validate_plain_text

# SQLite keeps a number as a 64-bit float: 15 digits come back as they went in, more do not.
MAX_DIGITS = 15
MAX_COUNT = 2_147_483_647


class CodeField(models.CharField):
    """A code of a published list, such as ISO 3166-1; the list is no part of the migrations."""

    def __init__(self, codes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.update(null=True, blank=True, choices=list(codes) or None)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, args, kwargs


class HttpURLField(models.URLField):
    """A web address, http or https only: what is stored is safe to make a link of."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(**kwargs)
        self.validators = [*self.validators, validate_http]


def validate_http(url: str) -> None:
    """Refuse every scheme but http and https."""
    if not url.startswith(("http://", "https://")):
        raise ValidationError("A web address begins with http:// or https://.", code="scheme")


def validate_edtf(text: str) -> None:
    """Refuse what is not an EDTF date, with the reason."""
    try:
        dates.parse_edtf(text)
    except ValueError as error:
        raise ValidationError(str(error), code="edtf") from error


class EdtfField(models.CharField):
    """An EDTF date as text, with two derived DATE columns for its earliest and latest day."""

    default_validators = [validate_edtf]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":  # a migration's model lists the columns itself
            EdtfDayField(source=name, end="earliest").contribute_to_class(cls, f"{name}_earliest")
            EdtfDayField(source=name, end="latest").contribute_to_class(cls, f"{name}_latest")


class EdtfDay(DeferredAttribute):
    """The earliest or latest day of a date: always computed from its text, so never stale."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        field: Any = self.field
        text = getattr(instance, field.source)
        try:
            return getattr(dates.parse_edtf(text), field.end) if text else None
        except ValueError:
            return None  # the text itself is refused by its own validator

    def __set__(self, instance: models.Model, value: object) -> None:
        """Computed, so not taken over; the entry only tells Django that the column is loaded."""
        instance.__dict__[self.field.attname] = None


class EdtfDayField(models.DateField):
    """A column derived from an EdtfField beside it."""

    def __init__(self, source: str = "", end: str = "", **kwargs: Any) -> None:
        self.source, self.end = source, end
        kwargs.update(null=True, blank=True, editable=False, db_index=True)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":
            setattr(cls, self.attname, EdtfDay(self))

    def deconstruct(self) -> Any:
        name, _, args, _ = super().deconstruct()
        return name, "django.db.models.DateField", args, {"null": True, "db_index": True}


class Qualifier(models.TextChoices):
    """How a number in a source is to be read."""

    EXACT = "exact", "Exact"
    ABOUT = "about", "About"
    AT_LEAST = "at_least", "At least"
    AT_MOST = "at_most", "At most"
    ESTIMATED = "estimated", "Estimated"


def qualifier_field(of: str) -> models.CharField:
    """The column that says how the number in `of` is to be read."""
    return models.CharField(
        max_length=9,
        choices=Qualifier,
        null=True,
        blank=True,
        help_text=f"How {of} is to be read; empty only where {of} is.",
    )


def count_field(help_text: str) -> models.PositiveIntegerField:
    """A number of pieces or people, within what every database holds."""
    return models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)], help_text=help_text
    )


def measure_field(help_text: str, decimal_places: int = 3) -> models.DecimalField:
    """A measured number, not negative."""
    return models.DecimalField(
        max_digits=MAX_DIGITS,
        decimal_places=decimal_places,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=help_text,
    )


class QuantityMixin:
    """Adds the columns that say how a number is to be read; of a range it is the lower end."""

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)  # type: ignore[misc]
        if cls.__module__ != "__fake__":
            upper = self.upper_end_field(f"Upper end where a source gives a range from {name}.")
            upper.contribute_to_class(cls, f"{name}_max")
            qualifier_field(name).contribute_to_class(cls, f"{name}_qualifier")

    def upper_end_field(self, help_text: str) -> Any:
        raise NotImplementedError


class CountField(QuantityMixin, models.PositiveIntegerField):  # type: ignore[misc]
    """A count of pieces or people; unknown is NULL, never 0."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)])
        super().__init__(**kwargs)

    def upper_end_field(self, help_text: str) -> Any:
        return count_field(help_text)


class MeasureField(QuantityMixin, models.DecimalField):  # type: ignore[misc]
    """A measured quantity, not negative, its unit in its name; unknown is NULL, never 0."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, validators=[MinValueValidator(Decimal(0))])
        kwargs.update(max_digits=MAX_DIGITS, decimal_places=3)
        super().__init__(**kwargs)

    def upper_end_field(self, help_text: str) -> Any:
        return measure_field(help_text)


class MoneyField(models.DecimalField):
    """An amount of money; `value_amount` also makes `value_currency` and `value_qualifier`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, validators=[MinValueValidator(Decimal(0))])
        kwargs.update(max_digits=MAX_DIGITS, decimal_places=2)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":
            prefix = name.removesuffix("_amount")
            currency = CodeField(
                codes=codes.CURRENCIES,
                help_text="ISO 4217 code of the amount's currency; empty only without an amount.",
            )
            currency.contribute_to_class(cls, f"{prefix}_currency")
            qualifier_field(name).contribute_to_class(cls, f"{prefix}_qualifier")


class GeometryField(models.TextField):
    """A GeoJSON line (core/geometry.py) as a mapping, with the box around it in four columns."""

    ENDS = ("west", "south", "east", "north")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":
            for end in self.ENDS:
                BoxSideField(source=name).contribute_to_class(cls, end)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return json.loads(value) if value else None

    def to_python(self, value: object) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"This is not JSON: {error}.", code="json") from error

    def get_prep_value(self, value: object) -> str | None:
        return json.dumps(value, separators=(",", ":")) if value is not None else None

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def validate(self, value: object, model_instance: models.Model | None) -> None:
        try:
            geometry.check_line_geometry(value)
        except ValueError as error:
            raise ValidationError(str(error), code="geometry") from error

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": GeometryFormField, "empty_value": None, **kwargs})


class GeometryFormField(forms.CharField):
    """A geometry in a form: GeoJSON text."""

    widget = forms.Textarea

    def prepare_value(self, value: object) -> object:
        return json.dumps(value) if isinstance(value, dict) else value


class BoxSide(DeferredAttribute):
    """One side of the box around a geometry: always computed, so never stale."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        field: Any = self.field
        value = getattr(instance, field.source)
        try:
            geometry.check_line_geometry(value)
        except ValueError:
            return None  # there is none, or one of which the field itself says what is wrong
        return getattr(geometry.bounding_box(value), field.attname)

    def __set__(self, instance: models.Model, value: object) -> None:
        """Computed, so not taken over; the entry only tells Django that the column is loaded."""
        instance.__dict__[self.field.attname] = None


class BoxSideField(models.FloatField):
    """A column derived from a GeometryField beside it."""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ != "__fake__":
            setattr(cls, self.attname, BoxSide(self))

    def deconstruct(self) -> Any:
        name, _, args, _ = super().deconstruct()
        return name, "django.db.models.FloatField", args, {"null": True}


class WordListField(models.TextField):
    """Several words of one closed vocabulary, kept as `,road,rail,` in the vocabulary's order.

    `words` is a TextChoices class; None admits any word (for derived columns). The look-up
    `__has` finds the rows that hold a word.
    """

    def __init__(self, words: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.words = words
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> list[str]:
        return self.to_python(value)

    def to_python(self, value: str | Iterable[str] | None) -> list[str]:
        if isinstance(value, str):
            value = [word for word in value.split(",") if word]
        return self._in_order(value or [])

    def _in_order(self, values: Iterable[str]) -> list[str]:
        if self.words is None:
            return list(values)
        order = {word: position for position, word in enumerate(self.words.values)}
        return sorted(values, key=lambda word: order.get(word, len(order)))

    def get_prep_value(self, value: str | Iterable[str] | None) -> str:
        words = self.to_python(value)
        return f",{','.join(words)}," if words else ""

    def value_to_string(self, obj: models.Model) -> str:
        words: Any = self.value_from_object(obj)
        return self.get_prep_value(words)

    def validate(self, value: list[str], model_instance: models.Model | None) -> None:
        for word in value:
            if self.words is not None and word not in self.words.values:
                known = ", ".join(self.words.values)
                raise ValidationError(f"“{word}” is not one of: {known}.", code="choice")
        if len(set(value)) < len(value):
            raise ValidationError("Each word stands once.", code="repeated")

    def formfield(self, **kwargs: Any) -> Any:
        if self.words is None:
            return super().formfield(**kwargs)
        return forms.TypedMultipleChoiceField(
            choices=self.words.choices,
            required=not self.blank,
            label=str(self.verbose_name).capitalize(),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
            initial=[],
        )


@WordListField.register_lookup
class HasWord(models.Lookup):
    """`topics__has="energy"`: the list holds that word."""

    lookup_name = "has"
    prepare_rhs = False

    def get_prep_lookup(self) -> str:
        return f"%,{self.rhs},%"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", [*left_params, *right_params]

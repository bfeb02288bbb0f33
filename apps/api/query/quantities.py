"""The numbers of a type: counts, measures, money, shares, and what says how to read each.

Names go by rule: beside `value_amount` stands `value_currency`, beside `capacity_value` stands
`capacity_unit`, beside `share_percent` stands `share_of`; a qualifier and the upper end of a range
as core/fields.py makes them.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When

from apps.core.fields import Qualifier
from apps.core.models import Record
from apps.documents.serializers import serializer_class

METRIC_FUNCTIONS = ("sum", "min", "max", "mean")
# The last word of a number's name, and that of the column which says in what the number is given.
UNIT_COLUMNS = {"amount": "currency", "value": "unit", "percent": "of"}


@dataclass(frozen=True)
class Quantity:
    """A numeric field, and the columns that say how it is to be read."""

    name: str
    unit: str | None
    is_share: bool
    inexact: Q | None

    @property
    def metrics(self) -> list[str]:
        """What can be made of it; shares are not added, for they may be of overlapping parts."""
        return [
            f"{function}:{self.name}"
            for function in METRIC_FUNCTIONS
            if function != "sum" or not self.is_share
        ]

    @property
    def columns(self) -> dict[str, Any]:
        """Its columns in a query, by alias."""
        columns: dict[str, Any] = {f"of_{self.name}": F(self.name)}
        if self.unit:
            columns[f"in_{self.name}"] = F(self.unit)
        if self.inexact:
            vague = When(self.inexact, then=Value(1))
            columns[f"vague_{self.name}"] = Case(vague, default=Value(0))
        return columns


@cache
def quantities_by_name(model: type[Record]) -> dict[str, Quantity]:
    """The fields of a type that say how much, by name."""
    where_or_when = {*model.coordinates, "revision"}
    keys = [key for key in serializer_class(model).Meta.fields if key not in where_or_when]
    columns = {key: model._meta.get_field(key) for key in keys}
    return {
        key: make_quantity(key, columns)
        for key, column in columns.items()
        if isinstance(column, models.DecimalField | models.IntegerField)
        and key.removesuffix("_max") not in columns.keys() - {key}
    }


def make_quantity(name: str, columns: dict[str, Any]) -> Quantity:
    """The field `name` with its unit, its qualifier and the upper end of its range."""
    last = name.rpartition("_")[2]
    start = name.removesuffix(last)
    unit = start + UNIT_COLUMNS.get(last, "")
    qualifier = f"{start}qualifier" if last == "amount" else f"{name}_qualifier"
    inexact = Q()
    if qualifier in columns:
        rough = [word for word in Qualifier.values if word != Qualifier.EXACT]
        inexact |= Q(**{f"{qualifier}__in": rough})
    if f"{name}_max" in columns:
        inexact |= Q(**{f"{name}_max__isnull": False})
    return Quantity(name, unit if unit in columns else None, last == "percent", inexact or None)

"""Aggregates: counts, sums, least, greatest and mean numbers of the records of a list, by group.

Nothing is added that may not be: list_query.py leaves a whole out beside its parts, and refused are
numbers in different units and sums of shares. Of a range the lower end counts. Each number comes
with how many records it rests on, how many have none, and of how many the number is not exact.

The database only groups equal numbers, and the sums are made here: SQLite adds decimals as floats,
PostgreSQL does not. Numbers of 15 digits stay exact in Decimal's 28, however many are added.

What says how a number is to be read goes by rule: beside `value_amount` stands `value_currency`,
beside `capacity_value` stands `capacity_unit`, beside `share_percent` stands `share_of`; a
qualifier and the upper end of a range as core/fields.py makes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import QueryDict

from apps.api.http.problems import InvalidParameters, ParameterError, unknown_word_error
from apps.api.query.grouping import (
    GroupedRow,
    GroupKey,
    YearGrouping,
    group_sort_key,
    grouping_name_errors,
    groupings_by_name,
    rows_with_group,
    without_joins,
)
from apps.api.query.left_out import AGGREGATES, LeftOut
from apps.api.query.values import split_names
from apps.core.fields import Qualifier
from apps.core.models import Record
from apps.core.querysets import RecordQuerySet
from apps.documents.serializers import serializer_class

MAX_GROUPINGS = 3
MAX_METRICS = 10
MAX_GROUPS = 10_000
MEAN_PRECISION = Decimal("0.000001")  # to which a mean is rounded
COUNT_METRIC = "count"
AGGREGATE_FORMATS = ("json", "csv")
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


def metric_names(model: type[Record]) -> list[str]:
    """Every metric of a type."""
    return [
        COUNT_METRIC,
        *(metric for quantity in quantities_by_name(model).values() for metric in quantity.metrics),
    ]


@dataclass
class NumberTally:
    """What is known of one number in one group."""

    n: int = 0
    n_inexact: int = 0
    sum: Decimal = Decimal(0)
    min: Decimal | None = None
    max: Decimal | None = None
    units: set[str | None] = field(default_factory=set)

    def add(
        self, value: Decimal | float | str, times: int, unit: str | None, is_inexact: int
    ) -> None:
        """Take in `times` records with the number `value`."""
        value = Decimal(value)
        self.n += times
        self.n_inexact += times if is_inexact else 0
        self.sum += value * times
        self.min = value if self.min is None else min(self.min, value)
        self.max = value if self.max is None else max(self.max, value)
        self.units.add(unit)

    @property
    def mean(self) -> Decimal:
        """The mean, rounded."""
        return (self.sum / self.n).quantize(MEAN_PRECISION)


class RecordGroup:
    """The records that are alike in what they are grouped by."""

    def __init__(self, names: list[str]) -> None:
        self.n = self.n_imprecise = 0
        self.tallies = {name: NumberTally() for name in names}

    def add_row(self, row: GroupedRow, is_imprecise: bool) -> None:
        """Take in the records of a row."""
        times = row["n_records"]
        self.n += times
        self.n_imprecise += times if is_imprecise else 0
        for name, tally in self.tallies.items():
            if row[f"of_{name}"] is not None:
                unit, vague = row.get(f"in_{name}"), row.get(f"vague_{name}", 0)
                tally.add(row[f"of_{name}"], times, unit, vague)

    def metric_value(self, name: str) -> dict[str, Any]:
        """One metric of the group; its value is None where no record has a number."""
        function, _, number = name.partition(":")
        if name == COUNT_METRIC:
            return {"value": self.n, "n": self.n, "n_missing": 0, "n_inexact": 0}
        tally = self.tallies[number]
        counts = {"n": tally.n, "n_missing": self.n - tally.n, "n_inexact": tally.n_inexact}
        value = getattr(tally, function) if tally.n else None
        (unit,) = tally.units or {None}
        return {"value": value, **counts, **({"unit": unit} if unit else {})}


class Aggregation:
    """What a query asks to be counted and added, by what."""

    parameters = ("group_by", "metric")

    def __init__(self, model: type[Record], params: QueryDict) -> None:
        self.model, self.params = model, params
        self.names = list(dict.fromkeys(split_names(params.get("group_by", ""))))
        self.metrics = list(dict.fromkeys(split_names(params.get("metric", COUNT_METRIC))))

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the names and with the form of the answer."""
        yield from grouping_name_errors(
            "group_by", self.names, groupings_by_name(self.model), MAX_GROUPINGS
        )
        if len(self.metrics) > MAX_METRICS:
            yield ParameterError("metric", f"At most {MAX_METRICS} metrics.")
        known = metric_names(self.model)
        for name in self.metrics[:MAX_METRICS]:
            if name not in known:
                yield self.unknown_metric_error(name, known)
        form = self.params.get("format", "json")
        if form not in AGGREGATE_FORMATS:
            yield unknown_word_error(
                "format", form, AGGREGATE_FORMATS, f"There is no format “{form[:50]}” here."
            )

    def unknown_metric_error(self, name: str, known: list[str]) -> ParameterError:
        """Why there is no metric `name`."""
        function, _, of = name.partition(":")
        number = quantities_by_name(self.model).get(of)
        if function == "sum" and number and number.is_share:
            return ParameterError("metric", f"Shares are not added: no sum of {of}.", "unit")
        return unknown_word_error("metric", name, known, f"There is no metric “{name[:50]}”.")

    @property
    def quantities(self) -> list[Quantity]:
        """The fields of which the metrics speak."""
        asked = {name.partition(":")[2] for name in self.metrics}
        return [
            quantity for name, quantity in quantities_by_name(self.model).items() if name in asked
        ]

    def aggregate_records(self, records: RecordQuerySet, left_out: LeftOut) -> dict[str, Any]:
        """The answer over `records`, beside which others were left out.

        Raises:
            InvalidParameters: there are too many groups, or numbers in different units.
        """
        records = without_joins(records)
        groups = self.group_records(records)
        self.refuse_mixed_units(groups)
        chosen = [groupings_by_name(self.model)[name] for name in self.names]
        has_years = any(isinstance(grouping, YearGrouping) for grouping in chosen)
        return {
            "group_by": self.names,
            "metrics": self.metrics,
            "count": records.order_by().count(),
            "excluded_aggregates": left_out.get(AGGREGATES, 0),
            **({"left_out": left_out} if left_out else {}),
            "overlapping": any(grouping.is_many for grouping in chosen),
            "groups": [
                {
                    "group": dict(zip(self.names, key, strict=True)),
                    **({"n_imprecise": groups[key].n_imprecise} if has_years else {}),
                    "metrics": {name: groups[key].metric_value(name) for name in self.metrics},
                }
                for key in sorted(groups, key=group_sort_key)
            ],
        }

    def group_records(self, records: QuerySet) -> dict[GroupKey, RecordGroup]:
        """The groups by their values."""
        numbers = self.quantities
        names = [number.name for number in numbers]
        columns = {alias: column for number in numbers for alias, column in number.columns.items()}
        chosen = [groupings_by_name(self.model)[name] for name in self.names]
        groups: dict[GroupKey, RecordGroup] = {} if chosen else {(): RecordGroup(names)}
        for key, row, is_imprecise in rows_with_group(records, chosen, columns):
            if key not in groups:
                if len(groups) == MAX_GROUPS:
                    raise InvalidParameters([too_many_groups_error(self.names)])
                groups[key] = RecordGroup(names)
            groups[key].add_row(row, is_imprecise)
        return groups

    def refuse_mixed_units(self, groups: dict[GroupKey, RecordGroup]) -> None:
        """Numbers in different units cannot be added, nor compared with each other."""
        faults = []
        for number in self.quantities:
            units = {unit for group in groups.values() for unit in group.tallies[number.name].units}
            if len(units) > 1 and number.unit not in self.names:
                faults.append(
                    mixed_units_error(
                        number, units, is_groupable=number.unit in groupings_by_name(self.model)
                    )
                )
        if faults:
            raise InvalidParameters(faults)


def mixed_units_error(
    number: Quantity, units: set[str | None], is_groupable: bool
) -> ParameterError:
    """The error of numbers in different units, with what would be right."""
    known_units = sorted(unit for unit in units if unit)
    right = [f"group_by={number.unit}"] if is_groupable else []
    right += [f"{number.unit}={known_units[0]}"]
    kind = "currencies" if "currency" in str(number.unit) else "units"
    shown = ", ".join(known_units[:20]) + (" …" if len(known_units) > 20 else "")
    detail = f"Mixed {kind} in {number.name}: {shown}. Write {' or '.join(right)}."
    return ParameterError("metric", detail, "unit", suggestions=right)


def too_many_groups_error(names: list[str]) -> ParameterError:
    """The error of a query that has too many groups."""
    detail = f"More than {MAX_GROUPS:,} groups by {', '.join(names)}: add a filter, or group less."
    return ParameterError("group_by", detail)

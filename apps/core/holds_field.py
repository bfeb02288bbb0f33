"""The declaration that records of a type hold over time, and the columns that it makes."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.dates import Span, parse_edtf
from apps.core.holding import (
    ALL_DAYS,
    HeldDays,
    KindRule,
    find_held_days,
    find_statements,
)

# By which days the question is asked: those of its beginning first, then those of its end.
INDEXED_DAYS = {
    "known": ("certain_from", "certain_until", "presumed_until"),
    "possible": ("possible_from", "possible_until"),
}


class HeldDayField(models.DateField):
    """A column derived from a HoldsField beside it."""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, _, args, _ = super().deconstruct()
        return name, "django.db.models.DateField", args, {"null": True}


class HoldsField(models.TextField):
    """The days of a record's beginning and end, derived from what the record and its sources say.

    It is null where the status says that the record has not begun. Beside it stand the days as
    columns, which are what `holding_on` and the like compare, and their indexes.

    Args:
        begins, ends: the dates of beginning and end.
        ongoing, over, not_begun: words of the status that mean so; all others leave it open.
        asked_by: the filters that ask whether a record holds on a date, each with its meaning.
        made_on: dates before which it cannot begin; of an ongoing record without a date of its
            own beginning, the first that is known begins it.
        term: the date until which it holds at most; `ran_out` are the words of the status with
            which it did hold as long.
        kind_rules: what is different for records of one kind, by kind.
    """

    def __init__(
        self,
        *,
        begins: str = "",
        ends: str = "",
        ongoing: Collection[str] = (),
        over: Collection[str] = (),
        not_begun: Collection[str] = (),
        asked_by: Mapping[str, str] | None = None,
        made_on: tuple[str, ...] = (),
        term: str = "",
        ran_out: Collection[str] = (),
        kind_rules: Mapping[str, KindRule] | None = None,
        **kwargs: Any,
    ) -> None:
        self.begins, self.ends, self.made_on, self.term = begins, ends, made_on, term
        self.ongoing, self.over, self.not_begun = set(ongoing), set(over), set(not_begun)
        self.ran_out, self.kind_rules = set(ran_out), kind_rules or {}
        self.asked_by = asked_by or {}
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(**kwargs)
        self.help_text = " ".join(self._explain())

    def _explain(self) -> Iterator[str]:
        """The declaration in words."""
        yield f"{self.help_text} Derived; asked for by {' and '.join(self.asked_by)}."
        yield f"It begins between possible_from (earliest day of {self.begins}) and certain_from"
        yield "(its latest day, or the first article that calls it ongoing), and ends between"
        yield f"certain_until (earliest day of {self.ends}, or the last article that calls it"
        yield "ongoing) and possible_until (its latest day, or the first article that says that it"
        yield "is over). Of the days on which an article may have come out, the last counts for the"
        yield "beginning and the first for the end. A day that is null is open or not known."
        yield f"Ongoing: {', '.join(sorted(self.ongoing))}. Over: {', '.join(sorted(self.over))}."
        if self.not_begun:
            yield f"Not begun, and null altogether: {', '.join(sorted(self.not_begun))}."
        if self.made_on:
            yield f"If {self.begins} is not known, it begins not before {' or '.join(self.made_on)}"
            yield "and, if it is ongoing, then."
        if self.term:
            yield f"It ends by {self.term} at the latest."
        for kind, rule in self.kind_rules.items():
            ongoing = " or ".join(rule.ongoing)
            yield f"A {kind} is ongoing when {ongoing}, too: {rule.reason}"

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: bool) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if cls.__module__ == "__fake__":  # a migration's model lists columns and indexes itself
            return
        declared: Any = cls
        declared.holding = self
        for day in HeldDays._fields:
            HeldDayField(source=name).contribute_to_class(cls, f"{name}_{day}")
        options: Any = cls._meta
        options.indexes = [*options.indexes, *self._make_indexes(options.model_name)]
        options.original_attrs["indexes"] = options.indexes

    def _make_indexes(self, model_name: str) -> Iterator[models.Index]:
        """The indexes of what is published: each strength of the question is answered by one."""
        for name, days in INDEXED_DAYS.items():
            yield models.Index(
                fields=[f"{self.name}_{day}" for day in days],
                condition=Q(document__isnull=False),
                name=f"{model_name[:12]}_{self.name}_{name}",
            )

    def deconstruct(self) -> Any:
        name, _, args, _ = super().deconstruct()
        return name, "django.db.models.TextField", args, {"null": True}

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return self.to_python(value)

    def to_python(self, value: object) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: object) -> str | None:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str | None:
        return self.get_prep_value(self.value_from_object(obj))

    def find_days(self, record: Any) -> HeldDays | None:
        """The days of a record, from its own columns and its citations; None: it has not begun."""
        begin = self._first_date(record, self._fields_that_begin(record))
        if begin is None and record.status in self.not_begun:
            return None
        made = self._first_date(record, self.made_on) or ALL_DAYS
        term = self._first_date(record, [self.term] if self.term else []) or ALL_DAYS
        ends = [self.ends, self.term] if record.status in self.ran_out else [self.ends]
        ongoing = self._ongoing_words(record)
        statements = [*find_statements(record.citations.all(), record.status, ongoing)]
        return find_held_days(
            begin,
            self._first_date(record, ends),
            Span(made.earliest, term.latest),
            [said.days for said in statements if said.status in ongoing],
            [said.days for said in statements if said.status in self.over],
            record.status in self.over,
        )

    def column_values(self, days: HeldDays | None) -> dict[str, Any]:
        """What stands in the columns of a record with these days, by name."""
        values = days or (None,) * len(HeldDays._fields)
        columns = zip((f"{self.name}_{day}" for day in HeldDays._fields), values, strict=True)
        return {self.name: days and days.as_document(), **dict(columns)}

    def _kind_rule(self, record: Any) -> KindRule | None:
        return self.kind_rules.get(record.kind) if self.kind_rules else None

    def _ongoing_words(self, record: Any) -> set[str]:
        rule = self._kind_rule(record)
        return self.ongoing.union(rule.ongoing if rule else ())

    def _fields_that_begin(self, record: Any) -> Iterator[str]:
        """The dates of which the first that is known begins the record."""
        yield self.begins
        rule = self._kind_rule(record)
        if rule and record.status not in self.not_begun:
            yield from rule.begins
        if record.status in self.ongoing:
            yield from self.made_on

    @staticmethod
    def _first_date(record: Any, names: Iterable[str]) -> Span | None:
        texts = (getattr(record, name) for name in names)
        return next((parse_edtf(text) for text in texts if text), None)

"""What a parameter asks of records: which of them it is true of, and of which it cannot be told.

What is not known is neither so nor otherwise. A condition that may ask for what is not known says
what it `leaves_out`, and how the records are found that it leaves out:

- `rests_on` names a column or a list; where nothing stands in it, nothing can be told (and a method
  that is called finds no such record);
- beside `build` stands `build_possible`, the looser condition on the same columns: whatever does
  not exclude the record;
- beside `calls` stands `possible`, the queryset method that asks the looser question with the same
  arguments, and finds all that `calls` finds and what it cannot exclude besides;
- beside `calls` may stand `denies`, the queryset method that finds those of which the opposite is
  recorded in the list `absence_rests_on`: who is not listed as a member may be one all the same.

A final `__not` asks for the records of which the question is known to be untrue, so that those of
which it cannot be told are found neither with it nor without it: they are counted in `left_out`
(left_out.py). An interpretation over time is declared in this way:

    operating_on = Condition(
        DATE_SCHEMA, calls="operating_on", possible="possibly_operating_on", leaves_out="undated"
    )
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, Literal, NamedTuple

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.api.query.values import Kind, split_at_commas
from apps.core.fields import WordListField
from apps.core.models import Part, Record
from apps.core.querysets import RecordQuerySet

Multiplicity = Literal["one", "repeat", "comma", "pair"]
ConditionBuilder = Callable[[list[Any]], Q]
Limits = tuple[Any, Any]  # the least and the greatest value that may meet a condition; None: any

MAX_PARAMETER_VALUES = 200
UNDATED = "undated"  # a date is not known, or not closely enough
NO_GEOMETRY = "no_geometry"
UNKNOWN = "unknown"  # with a dot and the name of what is not known


class Decision(NamedTuple):
    """The records that a question is true of, and the others of which it cannot be told."""

    met: Q
    open: Q | None = None

    @property
    def possible(self) -> Q:
        """Whatever is not known to be otherwise."""
        return self.met if self.open is None else self.met | self.open

    def with_negation(self) -> "Decision":
        """The opposite question: what cannot be told of the one cannot be told of the other."""
        return Decision(~self.possible, self.open)


class Question(NamedTuple):
    """A decision, and what narrows records by it as it is quickest."""

    decision: Decision
    narrow: Callable[[RecordQuerySet], RecordQuerySet]


def decide_together(decisions: Sequence[Decision]) -> Decision:
    """Several questions as one: true if all are, open if none is untrue and any is open."""
    if len(decisions) == 1:
        return decisions[0]
    met = reduce(and_, (decision.met for decision in decisions))
    left = [decision.open for decision in decisions if decision.open is not None]
    if not left:
        return Decision(met)
    return Decision(met, reduce(and_, (d.possible for d in decisions)) & reduce(or_, left))


class Condition(django_filters.Filter):
    """One query parameter: `build` makes a condition of its values or `calls` a queryset method.

    One that stands `beside` another is a keyword of the method which that one calls; `alone` says
    why it is refused without it. `limits` are those of the values of `column` that meet it.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        build: ConditionBuilder | None = None,
        build_possible: ConditionBuilder | None = None,
        calls: str = "",
        possible: str = "",
        rests_on: str = "",
        denies: str = "",
        absence_rests_on: str = "",
        leaves_out: str = "",
        many: Multiplicity = "one",
        column: str = "",
        limits: Callable[[list[Any]], Limits] | None = None,
        beside: str = "",
        alone: str = "",
        help_text: str = "",
    ) -> None:
        super().__init__(field_name="-", help_text=help_text)
        self.kind, self.schema = kind, kind.schema
        self.build, self.build_possible = build, build_possible
        self.calls, self.possible = calls, possible
        self.denies, self.absence_rests_on = denies, absence_rests_on
        self.rests_on, self.many = rests_on, many
        self.leaves_out = leaves_out or (f"{UNKNOWN}.{rests_on}" if rests_on else "")
        self.column, self.limits = column, limits
        self.beside, self.alone = beside, alone
        self.part = ""
        self.through: tuple[models.Field, ...] = ()
        self.is_list = bool(calls) and many == "repeat"  # whether several values may hold at once
        self.may_find_twice = False  # whether a record that meets it by two values comes twice
        self.wants_all = False

    @property
    def is_multiple(self) -> bool:
        """Whether the parameter may be repeated, for OR."""
        return self.many == "repeat"

    def read_values(self, texts: list[str]) -> list[Any]:
        """The values in the texts of the parameter: one, several by repeat or by comma, or a pair.

        Raises:
            ValidationError: with what is wrong with any of them.
        """
        if self.many in ("comma", "pair"):
            texts = split_at_commas(texts[0])
            if not all(texts):
                raise ValidationError("Nothing stands between two commas, or at an end.")
        if self.many == "pair" and len(texts) != 2:
            raise ValidationError("Two values, with a comma between.")
        if len(texts) > MAX_PARAMETER_VALUES:
            raise ValidationError(f"At most {MAX_PARAMETER_VALUES} values.")
        return self.kind.read_values(list(dict.fromkeys(texts)) if self.many != "pair" else texts)

    def split_values(self, values: list[Any]) -> list[list[Any]]:
        """The values that are asked for together: all of them, or for `__all` one after another."""
        return [[value] for value in values] if self.wants_all else [values]

    def filter(self, records: RecordQuerySet, values: list[Any], **beside: object) -> Any:
        """The records that it is true of; `beside` are the values of the parameters beside it."""
        if not self.calls or self.exclude:
            return records.filter(self.decide(records, values, **beside).met)
        for chosen in self.split_values(values):
            records = getattr(records, self.calls)(*chosen, **beside)
        return records

    def ask(self, records: RecordQuerySet, values: list[Any], beside: dict[str, Any]) -> "Question":
        """The question of these values to records of the type of `records`."""

        def narrow(narrowed: RecordQuerySet) -> RecordQuerySet:
            return self.filter(narrowed, values, **beside)

        return Question(self.decide(records, values, **beside), narrow)

    def decide(self, records: RecordQuerySet, values: list[Any], **beside: object) -> Decision:
        """Of which records of the type of `records` it is true, and of which it cannot be told."""
        decision = decide_together(
            [self.decide_once(records, chosen, beside) for chosen in self.split_values(values)]
        )
        return decision.with_negation() if self.exclude else decision

    def decide_once(
        self, records: RecordQuerySet, values: list[Any], beside: dict[str, Any]
    ) -> Decision:
        """The same of values that are asked for together, as if it were not negated."""
        if self.calls:
            return self.decide_by_method(records.model, values, beside)
        row = self.decide_row(records.model, values)
        return decide_by_rows(records, self.part, [row]) if self.part else row

    def decide_by_method(
        self, model: type[Record], values: list[Any], beside: dict[str, Any]
    ) -> Decision:
        """The decision of a queryset's own words."""
        everything = model._default_manager.all()
        met = Q(pk__in=getattr(everything, self.calls)(*values, **beside).values("pk"))
        if self.exclude and self.denies:
            denied = getattr(everything, self.denies)(*values, **beside)
            return Decision(met, ~met & ~Q(pk__in=denied.values("pk")))
        left = [nothing_known(model, self.rests_on)] if self.rests_on else []
        if self.possible:
            possible = getattr(everything, self.possible)(*values, **beside)
            left.append(Q(pk__in=possible.values("pk")) & ~met)
        return Decision(met, reduce(or_, left) if left else None)

    def decide_row(self, model: type[Record], values: list[Any]) -> Decision:
        """The decision on the record itself, or on one row of `part`."""
        assert self.build is not None
        owner: Any = model.parts()[self.part] if self.part else model
        innermost: Any = self.through[-1].related_model if self.through else owner
        met = self.build(values)
        left = [self.build_possible(values) & ~met] if self.build_possible else []
        left += [nothing_known(innermost, self.rests_on)] if self.rests_on else []
        decision = Decision(met, reduce(or_, left) if left else None)
        for field in reversed(self.through):
            decision = decide_through_reference(field, decision)
        return each_record_once(owner, decision) if self.may_find_twice else decision

    def with_negation(self) -> "Condition":
        """The same parameter with a final `__not`."""
        other = copy.copy(self)
        other.exclude = True
        if self.denies:
            other.leaves_out = f"{UNKNOWN}.{self.absence_rests_on}"
        return other

    def with_all(self) -> "Condition":
        """The same parameter with a final `__all`: each of its values holds of the record."""
        other = copy.copy(self)
        other.many, other.wants_all = "comma", True
        return other

    def through_reference(self, field: models.Field) -> "Condition":
        """The same parameter asked of a record that `field` refers to."""
        other = copy.copy(self)
        other.through = (field, *self.through)
        if field.null or field.many_to_many or self.leaves_out:
            other.leaves_out = f"{UNKNOWN}.{field.name}.{self.column}"
        return other

    def for_list(self) -> "Condition":
        """The same parameter of a column in which several values may stand."""
        other = copy.copy(self)
        other.is_list = self.many == "repeat"
        return other

    def without_all(self) -> "Condition":
        """The same parameter, whose repeated values are not for OR, so that it has no `__all`."""
        other = copy.copy(self)
        other.is_list = False
        return other

    def without_repeats(self) -> "Condition":
        """The same parameter of a list of references, which finds a record once."""
        other = self.for_list()
        other.may_find_twice = True
        return other

    def inside_part(self, part: str) -> "Condition":
        """The same parameter asked of one row of a list."""
        other = self.for_list()
        other.part, other.leaves_out = part, f"{UNKNOWN}.{part}"
        return other


def nothing_known(model: type[Record | Part], name: str) -> Q:
    """Nothing stands in a column or a list; of records that name this one, none is published."""
    field: Any = model._meta.get_field(name)
    if field.one_to_many:
        rows = field.related_model._default_manager.filter(**{field.field.name: OuterRef("pk")})
        is_of_records = issubclass(field.related_model, Record)
        return ~Q(Exists(rows.published() if is_of_records else rows))
    if field.many_to_many:
        rows = field.remote_field.through._default_manager
        return ~Q(Exists(rows.filter(**{field.m2m_field_name(): OuterRef("pk")})))
    return Q(**{name: ""}) if isinstance(field, WordListField) else Q(**{f"{name}__isnull": True})


def decide_through_reference(field: models.Field, decision: Decision) -> Decision:
    """A decision on a record referred to as one on the record that refers to it."""
    owner: Any = field.model
    related: Any = field.related_model
    published = related._default_manager.published()
    met = Q(**{f"{field.name}__in": published.filter(decision.met)})
    left = []
    if decision.open is not None:
        left.append(Q(**{f"{field.name}__in": published.filter(decision.open)}))
    if field.null or field.many_to_many:
        left.append(nothing_known(owner, field.name))
    return Decision(met, reduce(or_, left) if left else None)


def each_record_once(model: type[Record], decision: Decision) -> Decision:
    """A decision that would find a record once for each of its values, so that it comes once."""
    rows = model._default_manager
    met = Q(pk__in=rows.filter(decision.met).values("pk"))
    if decision.open is None:
        return Decision(met)
    return Decision(met, Q(pk__in=rows.filter(decision.open).values("pk")) & ~met)


def ask_of_part(
    records: RecordQuerySet, part: str, asked: Iterable[tuple[Condition, list[Any]]]
) -> Question:
    """Conditions below one list, with their values: one row meets them all.

    Each value of `__all` has a row of its own, which meets the other conditions, too.
    """
    together: list[Decision] = []
    each_alone: list[Decision] = []
    for condition, values in asked:
        for chosen in condition.split_values(values):
            decision = condition.decide_row(records.model, chosen)
            (each_alone if condition.wants_all else together).append(decision)
    rows = [[*together, decision] for decision in each_alone] or [together]
    decision = decide_together([decide_by_rows(records, part, row) for row in rows])
    return Question(decision, lambda narrowed: narrowed.filter(decision.met))


def decide_by_rows(records: RecordQuerySet, part: str, row: Iterable[Decision]) -> Decision:
    """Decisions on the rows of a list, to be met by one of them, as one on the record.

    Nothing can be told if the list has no row, or if no row is known to fit and one may.
    """
    decision = decide_together(list(row))
    met = records.part_condition(part, decision.met)
    uncoded = nothing_known(records.model, part)
    if decision.open is None:
        return Decision(met, uncoded)
    return Decision(met, ~met & (uncoded | records.part_condition(part, decision.possible)))


def find_contradictions(
    asked: Mapping[str, tuple[Condition, list[Any]]],
) -> Iterator[tuple[str, str]]:
    """Two parameters that no value meets together, or twice the same: a range upside down."""
    lower: dict[Any, list[tuple[Any, str]]] = {}
    upper: dict[Any, list[tuple[Any, str]]] = {}
    for name, (condition, values) in asked.items():
        if condition.limits is None or condition.exclude:
            continue
        low, high = condition.limits(values)
        if low is not None and high is not None and low > high:
            yield name, name
            continue
        subject = (condition.part, condition.through, condition.column)
        if low is not None:
            lower.setdefault(subject, []).append((low, name))
        if high is not None:
            upper.setdefault(subject, []).append((high, name))
    for subject in lower.keys() & upper.keys():
        (low, first), (high, last) = max(lower[subject]), min(upper[subject])
        if low > high:
            yield first, last


def bare_name(name: str) -> str:
    """The name of a parameter without `__all` and `__not`."""
    return name.removesuffix("__not").removesuffix("__all")

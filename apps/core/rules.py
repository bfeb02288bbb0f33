"""Rules of a table with plain messages: database checks that forms and documents obey too.

A rule is evaluated here, in Python, by the same three-valued logic as in SQL (an unknown value
makes a comparison unknown, and only what is false is refused), because asking the database for
each rule of each record took more than half of the time of a load.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda left, right: left == right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}


def evaluate_condition(condition: Q, row: models.Model) -> bool | None:
    """Whether `row` meets `condition`; None where an unknown value leaves it open."""
    children: list[Any] = condition.children  # conditions, and pairs of a look-up and a value
    answers = [
        evaluate_condition(child, row) if isinstance(child, Q) else _evaluate_comparison(child, row)
        for child in children
    ]
    decisive = condition.connector == Q.OR
    value = decisive if decisive in answers else None if None in answers else not decisive
    return value if value is None or not condition.negated else not value


def _evaluate_comparison(comparison: tuple[str, object], row: models.Model) -> bool | None:
    lookup, right = comparison
    name, _, operator = lookup.partition("__")
    left = _column_value(row, name)
    if operator == "isnull":
        return (left is None) == right
    right = _column_value(row, right.name) if isinstance(right, F) else right  # type: ignore[attr-defined]
    if left is None or right is None:
        return None
    return COMPARISONS[operator or "exact"](left, right)


def _column_value(row: models.Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    return getattr(row, field.attname)


class Rule(models.CheckConstraint):
    """A database check whose plain message is shown at `field`, in forms and documents alike."""

    condition: Q

    def __init__(self, *, field: str, message: str, condition: Q, name: str) -> None:
        self.field = field
        super().__init__(condition=condition, name=name, violation_error_message=message)

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Iterable[str] | None = None,
        using: str = "default",
    ) -> None:
        if evaluate_condition(self.condition, instance) is False:
            message = str(self.violation_error_message)
            raise ValidationError({self.field: ValidationError(message, code="rule")})

    def deconstruct(self) -> Any:
        _, _, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", (), kwargs

    def clone(self) -> "Rule":
        message = str(self.violation_error_message)
        return Rule(field=self.field, message=message, condition=self.condition, name=self.name)


def check_row_rules(row: models.Model) -> None:
    """Hold a row against its table's checks; uniqueness is for a whole list to see.

    Raises:
        ValidationError: by field.
    """
    errors: dict[str, Any] = {}
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def order_rule(first: str, second: str) -> Rule:
    """The rule that `second` cannot certainly lie before `first`."""
    return Rule(
        field=second,
        message=f"{second} lies before {first}.",
        condition=Q(**{f"{second}_latest__gte": F(f"{first}_earliest")}),
        name=f"%(class)s_{second}_not_before_{first}",
    )


def both_or_neither_rule(first: str, second: str, name: str) -> Rule:
    """The rule that two columns are known or unknown together."""
    return Rule(
        field=second,
        message=f"{second} stands with {first}, and only with it.",
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
        name=name,
    )


def quantity_rules(number: str, upper: bool = True) -> list[Rule]:
    """The rules of a quantity: a qualifier with the number and never without; a range upwards."""
    qualifier = f"{number.removesuffix('_amount')}_qualifier"
    rules = [both_or_neither_rule(number, qualifier, f"%(class)s_{number}_is_qualified")]
    if upper:
        rules.append(
            Rule(
                field=f"{number}_max",
                message=f"{number}_max is greater than {number}, which it needs.",
                condition=Q(**{f"{number}_max__isnull": True})
                | Q(**{f"{number}__isnull": False, f"{number}_max__gt": F(number)}),
                name=f"%(class)s_{number}_range_rises",
            )
        )
    return rules


def money_rules(amount: str) -> list[Rule]:
    """The rules of a sum of money: amount, currency and qualifier come together."""
    currency = f"{amount.removesuffix('_amount')}_currency"
    return [
        *quantity_rules(amount, upper=False),
        both_or_neither_rule(amount, currency, f"%(class)s_{amount}_has_a_currency"),
    ]

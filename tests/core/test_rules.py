"""Rules say the same in Python, where forms and documents meet them, as in the database."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q

from apps.actors.models import Actor, Membership
from apps.agreements.models import Agreement
from apps.arms_transfers.models import ArmsTransfer
from apps.core.rules import (
    Rule,
    both_or_neither_rule,
    check_row_rules,
    evaluate_condition,
    money_rules,
    order_rule,
    quantity_rules,
)
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory

pytestmark = pytest.mark.django_db

DATES = [None, "1994", "1994-05-12", "1996?", "1995/.."]


def is_stored(row) -> bool:
    """Whether the database takes the row."""
    try:
        with transaction.atomic():
            row.save()
            connection.check_constraints()
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(("signed", "ended"), list(itertools.product(DATES, repeat=2)))
def test_order_of_dates_is_the_same_in_python_and_sql(signed, ended):
    agreement = Agreement(
        slug="a",
        name="A",
        kind="treaty",
        status="signed",
        certainty="confirmed",
        signed_on=signed,
        ended_on=ended,
    )
    rule = next(
        c
        for c in Agreement._meta.constraints
        if c.name == "agreement_ended_on_not_before_signed_on"
    )
    assert is_stored(agreement) is (evaluate_condition(rule.condition, agreement) is not False)


@pytest.mark.parametrize(
    ("number", "upper", "qualifier"),
    list(itertools.product([None, 5], [None, 4, 6], [None, "about"])),
)
def test_quantities_are_the_same_in_python_and_sql(number, upper, qualifier):
    supplier, recipient = ActorFactory(), ActorFactory()
    transfer = ArmsTransfer(
        slug="t",
        name="T",
        supplier=supplier,
        recipient=recipient,
        weapon_category="aircraft",
        status="ordered",
        certainty="confirmed",
        number_ordered=number,
        number_ordered_max=upper,
        number_ordered_qualifier=qualifier,
    )
    rules = [c for c in ArmsTransfer._meta.constraints if isinstance(c, Rule)]
    assert is_stored(transfer) is all(
        evaluate_condition(rule.condition, transfer) is not False for rule in rules
    )


def test_a_broken_rule_is_named_at_its_field():
    with pytest.raises(ValidationError) as refused:
        Actor(slug="x", name="X", kind="person", certainty="confirmed", iso_code="AZE").full_clean()
    assert refused.value.message_dict == {
        "iso_code": ["Only a state has an ISO 3166-1 alpha-3 code."]
    }


def test_dates_keep_their_days_beside_them():
    agreement = AgreementFactory(signed_on="1994-05")
    days = Agreement.objects.values_list("signed_on_earliest", "signed_on_latest").get(
        pk=agreement.pk
    )
    assert [str(day) for day in days] == ["1994-05-01", "1994-05-31"]
    agreement.signed_on = "1995"
    agreement.save()
    agreement.refresh_from_db()
    assert str(agreement.signed_on_latest) == "1995-12-31"
    assert Agreement.objects.filter(signed_on_latest="1995-12-31").exists()


# Of this row one number is known, another not: what is true, false and open of it.
ROW = ArmsTransfer(number_ordered=5, number_delivered=6)
TRUE, FALSE, OPEN = Q(number_ordered=5), Q(number_ordered=6), Q(number_requested=5)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (TRUE, True),
        (FALSE, False),
        (OPEN, None),
        (~TRUE, False),
        (~FALSE, True),
        (~OPEN, None),
        (~~TRUE, True),
        (TRUE & TRUE, True),
        (TRUE & FALSE, False),
        (FALSE & TRUE, False),
        (TRUE & OPEN, None),
        (OPEN & TRUE, None),
        (FALSE & OPEN, False),
        (OPEN & FALSE, False),
        (OPEN & OPEN, None),
        (FALSE | FALSE, False),
        (TRUE | FALSE, True),
        (FALSE | TRUE, True),
        (FALSE | OPEN, None),
        (OPEN | FALSE, None),
        (TRUE | OPEN, True),
        (OPEN | TRUE, True),
        (OPEN | OPEN, None),
        (~(TRUE & FALSE), True),
        (~(TRUE | OPEN), False),
        (~(FALSE | OPEN), None),
        ((TRUE & FALSE) | TRUE, True),
        ((FALSE | TRUE) & (FALSE | OPEN), None),
        (TRUE & ~FALSE, True),
        (TRUE & ~TRUE, False),
        (FALSE | ~FALSE, True),
    ],
)
def test_what_is_open_stays_open_unless_the_rest_decides(condition, expected):
    assert evaluate_condition(condition, ROW) is expected


@pytest.mark.parametrize(
    ("lookup", "values"),
    [
        ("number_ordered", [5]),
        ("number_ordered__exact", [5]),
        ("number_ordered__gt", [4]),
        ("number_ordered__gte", [4, 5]),
        ("number_ordered__lt", [6]),
        ("number_ordered__lte", [5, 6]),
    ],
)
def test_a_number_is_compared_with_another(lookup, values):
    assert [value for value in (4, 5, 6) if evaluate_condition(Q(**{lookup: value}), ROW)] == values


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Q(number_ordered__lt=F("number_delivered")), True),
        (Q(number_ordered__gte=F("number_delivered")), False),
        (Q(number_delivered__gt=F("number_ordered")), True),
        (Q(number_ordered__lt=F("number_requested")), None),
        (Q(number_requested__lt=F("number_ordered")), None),
        (Q(number_ordered=None), None),
        (Q(number_requested__isnull=True), True),
        (Q(number_requested__isnull=False), False),
        (Q(number_ordered__isnull=True), False),
        (Q(number_ordered__isnull=False), True),
    ],
)
def test_a_column_is_compared_with_a_column_or_with_nothing(condition, expected):
    assert evaluate_condition(condition, ROW) is expected


def test_references_are_compared_by_their_ids():
    same = ~Q(actor=F("organisation"))
    assert evaluate_condition(same, Membership(actor_id=1, organisation_id=1)) is False
    assert evaluate_condition(same, Membership(actor_id=1, organisation_id=2)) is True
    assert evaluate_condition(same, Membership(actor_id=1)) is None


RULE = Rule(field="number_ordered", message="Too many.", condition=FALSE, name="a_rule")


def test_only_what_is_false_is_refused_at_the_field_of_the_rule():
    with pytest.raises(ValidationError) as refused:
        RULE.validate(ArmsTransfer, ROW)
    assert refused.value.message_dict == {"number_ordered": ["Too many."]}
    (error,) = refused.value.error_dict["number_ordered"]
    assert error.code == "rule"
    for condition in (TRUE, OPEN):
        rule = Rule(field="number_ordered", message="Too many.", condition=condition, name="b")
        rule.validate(ArmsTransfer, ROW)


def test_a_row_is_held_against_all_checks_of_its_table_and_no_other_rule():
    actor = Actor(kind="person", iso_code="AZE", founded_on="2000", dissolved_on="1999")
    with pytest.raises(ValidationError) as refused:
        check_row_rules(actor)  # its slug, which is to be unique, is not looked at
    assert refused.value.message_dict == {
        "iso_code": ["Only a state has an ISO 3166-1 alpha-3 code."],
        "dissolved_on": ["dissolved_on lies before founded_on."],
    }
    actor.kind, actor.dissolved_on = "state", "2000"
    check_row_rules(actor)


def test_a_migration_knows_a_rule_as_djangos_own_check():
    path, arguments, named = RULE.deconstruct()
    assert (path, arguments) == ("django.db.models.CheckConstraint", ())
    assert named == {
        "name": "a_rule",
        "condition": FALSE,
        "violation_error_message": "Too many.",
    }
    assert models.CheckConstraint(**named).name == "a_rule"


def said(rule: Rule) -> tuple:
    """Everything that makes a rule."""
    return rule.field, str(rule.violation_error_message), rule.condition, rule.name


def test_a_copy_of_a_rule_says_the_same():
    assert type(RULE.clone()) is Rule
    assert said(RULE.clone()) == said(RULE) == ("number_ordered", "Too many.", FALSE, "a_rule")


def test_the_rule_of_order():
    assert said(order_rule("begun", "over")) == (
        "over",
        "over lies before begun.",
        Q(over_latest__gte=F("begun_earliest")),
        "%(class)s_over_not_before_begun",
    )


def test_the_rule_of_two_that_come_together():
    assert said(both_or_neither_rule("size", "unit", "size_has_a_unit")) == (
        "unit",
        "unit stands with size, and only with it.",
        Q(size__isnull=True, unit__isnull=True) | Q(size__isnull=False, unit__isnull=False),
        "size_has_a_unit",
    )


RANGE = (
    "size_max",
    "size_max is greater than size, which it needs.",
    Q(size_max__isnull=True) | Q(size__isnull=False, size_max__gt=F("size")),
    "%(class)s_size_range_rises",
)


def test_the_rules_of_a_quantity():
    is_qualified = said(
        both_or_neither_rule("size", "size_qualifier", "%(class)s_size_is_qualified")
    )
    assert [said(rule) for rule in quantity_rules("size")] == [is_qualified, RANGE]
    assert [said(rule) for rule in quantity_rules("size", upper=False)] == [is_qualified]


def test_the_rules_of_a_sum_of_money():
    assert [said(rule) for rule in money_rules("value_amount")] == [
        said(
            both_or_neither_rule(
                "value_amount", "value_qualifier", "%(class)s_value_amount_is_qualified"
            ),
        ),
        said(
            both_or_neither_rule(
                "value_amount", "value_currency", "%(class)s_value_amount_has_a_currency"
            ),
        ),
    ]

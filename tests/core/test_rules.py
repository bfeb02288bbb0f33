"""Rules say the same in Python, where forms and documents meet them, as in the database."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from apps.actors.models import Actor
from apps.agreements.models import Agreement
from apps.arms_transfers.models import ArmsTransfer
from apps.core.rules import Rule, holds
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory

pytestmark = pytest.mark.django_db

DATES = [None, "1994", "1994-05-12", "1996?", "1995/.."]


def stored(row) -> bool:
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
    assert stored(agreement) is (holds(rule.condition, agreement) is not False)


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
    assert stored(transfer) is all(holds(rule.condition, transfer) is not False for rule in rules)


def test_a_broken_rule_is_named_at_its_field():
    with pytest.raises(ValidationError) as refused:
        Actor(slug="x", name="X", kind="person", certainty="confirmed", iso_code="AZE").full_clean()
    assert refused.value.message_dict == {
        "iso_code": ["Only a state has an ISO 3166-1 alpha-3 code."]
    }


def test_dates_keep_their_days_beside_them():
    agreement = AgreementFactory(signed_on="1994-05")
    found = Agreement.objects.values_list("signed_on_earliest", "signed_on_latest").get(
        pk=agreement.pk
    )
    assert [str(day) for day in found] == ["1994-05-01", "1994-05-31"]
    agreement.signed_on = "1995"
    agreement.save()
    agreement.refresh_from_db()
    assert str(agreement.signed_on_latest) == "1995-12-31"
    assert Agreement.objects.filter(signed_on_latest="1995-12-31").exists()

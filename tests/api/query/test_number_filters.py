"""Comparing numbers: what is not known is neither more nor less than anything."""

import pytest
from django.db import models

from tests.support.registry import RECORD_FACTORIES

pytestmark = pytest.mark.django_db

NUMBERS = [
    (endpoint, field.name)
    for endpoint, factory in RECORD_FACTORIES.items()
    for field in factory._meta.model._meta.fields
    if isinstance(field, models.IntegerField | models.DecimalField)
    and field.null
    and field.serialize
    and field.name not in ("revision", "latitude", "longitude")  # these a factory gives
]
BOUNDS = ["gt=-1", "gte=-1", "gt=0", "lt=2147483647", "lte=2147483647", "range=-1,2147483647"]


@pytest.mark.parametrize(("endpoint", "name"), NUMBERS)
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_number_that_nobody_knows_is_within_no_bound(api, endpoint, name, bound):
    assert getattr(RECORD_FACTORIES[endpoint](), name) is None
    lookup, value = bound.split("=")
    for query in (bound, f"{lookup}__not={value}"):
        answer = api.get(f"/api/v1/{endpoint}/?{name}__{query}").json()
        assert (answer["count"], answer["left_out"]["unknown"]) == (0, {name: 1})

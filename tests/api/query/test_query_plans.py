"""What cannot be told is counted by way of indexes, whatever the size of the tables."""

import pytest
from django.db import connection

from apps.api.query.conditions import nothing_known
from apps.core.models import Record, record_models

pytestmark = pytest.mark.django_db

# Every list of every type: its parts, and the references that it holds in a table of their own.
LISTS = [
    (model, name)
    for model in record_models().values()
    for name in [*model.parts(), *(field.name for field in model._meta.many_to_many)]
]


@pytest.mark.parametrize(("model", "name"), LISTS, ids=str)
def test_that_a_list_is_empty_is_one_look_into_an_index(model: type[Record], name: str):
    records = model._default_manager.filter(nothing_known(model, name))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would rather read a small table whole
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = records.order_by("pk")[:50].explain()
    if connection.vendor == "postgresql":
        assert "Seq Scan" not in plan, plan
    else:
        assert "SCAN U" not in plan, plan
        assert "SEARCH U0 USING" in plan, plan

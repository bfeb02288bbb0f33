"""Each strength of the question is answered out of an index, on either database."""

import pytest
from django.db import connection

from apps.core.models import Record, record_models

pytestmark = pytest.mark.django_db
HOLDING = [model for model in record_models().values() if model.holding]
WORDS = {
    "holding_on": "known",
    "certainly_holding_on": "known",
    "possibly_holding_on": "possible",
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("model", HOLDING, ids=lambda model: model.__name__)
def test_a_count_reads_the_index_of_its_strength(model: type[Record], word):
    """Whatever the size: a database that would rather read a small table whole may not here."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    records = getattr(model._default_manager.all().published(), word)("1999-05")
    plan = records.order_by().values("pk").explain()
    assert f"{model._meta.model_name}_holds_{WORDS[word]}" in plan

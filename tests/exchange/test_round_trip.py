"""What is exported and imported again changes nothing, for every type and every form."""

import pytest

from apps.core.models import record_models
from tests.exchange.factories import export_records, make_planned_batch, plan_outcomes
from tests.support.registry import FACTORIES

pytestmark = pytest.mark.django_db
FORMS = ["csv", "xlsx", "json", "ndjson"]
HOSTILE_TEXT = "=1+1|\\ “quoted”, 'apostrophe' - Нагорно 💥"


@pytest.fixture
def model(endpoint):
    return record_models()[endpoint]


@pytest.fixture
def rich(make, model):
    """Records with a row in each of their lists, and a text that a table might bend."""
    records = [make(topics=["energy", "trade"], summary=HOSTILE_TEXT), make(), make(summary="'=1")]
    for part in model.parts().values():
        FACTORIES[part](record=records[0])
        FACTORIES[part](record=records[0])
    return records


@pytest.mark.parametrize("form", FORMS)
def test_every_export_imported_again_is_unchanged_in_every_row(rich, model, endpoint, form):
    batch = make_planned_batch(export_records(model, form), name=f"{endpoint}.{form}")
    assert batch.parsed_plan["faults"] == []
    assert len(batch.parsed_plan["entries"]) >= len(rich)
    assert {outcome for _, outcome in plan_outcomes(batch)} == {"unchanged"}
    assert not batch.may_be_applied

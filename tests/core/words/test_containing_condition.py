"""Records that contain others and are never added to them: none, unless a type says which."""

import pytest

from apps.core.models import record_models
from tests.support.registry import RECORD_FACTORIES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("endpoint", sorted(set(RECORD_FACTORIES) - {"arms-transfers"}))
def test_nothing_of_this_type_sums_up_others(endpoint):
    RECORD_FACTORIES[endpoint]()
    records = record_models()[endpoint].objects.all()
    assert records.exists()
    assert records.containing_condition() is None

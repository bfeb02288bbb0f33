"""Short ways: a journey through the house enters no more files than its budget says.

`python -m tests.house.ways` prints what is needed; whoever shortens a way lowers its budget.
"""

import pytest

from tests.house.ways import JOURNEYS, Budget, follow

# What a journey needs at most: files of ours, functions in them, moves from file to file.
BUDGETS = {
    "a list by one filter": Budget(files=14, functions=86, moves=46),
    "a record by its slug": Budget(files=8, functions=29, moves=13),
    "a list as CSV": Budget(files=22, functions=99, moves=215),
    # Texts have columns beside them, and files of their own (docs/adr/0026).
    "an import of one row": Budget(files=30, functions=214, moves=404),
}

pytestmark = pytest.mark.django_db


def test_every_journey_has_a_budget():
    assert list(BUDGETS) == list(JOURNEYS)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_stays_within_its_budget(name):
    way, budget = follow(JOURNEYS[name]()), BUDGETS[name]
    over = [part for part in Budget._fields if getattr(way.spent, part) > getattr(budget, part)]
    assert over == [], f"{way.spent} by {', '.join(way.files)}"


def test_a_way_is_counted_by_what_runs():
    way = follow(JOURNEYS["a record by its slug"]())
    assert "apps/api/views.py" in way.files
    assert ("apps/api/views.py", "RecordViewSet.retrieve") in way.calls
    assert way.spent.moves >= way.spent.files - 1

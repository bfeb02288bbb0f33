"""Whether sources are independent: counted by publisher, and what is not told of them."""

import pytest

from apps.core.models import record_models
from tests.core.sources.worlds import CITED, store_publishers

pytestmark = pytest.mark.django_db
ON_NONE = ["on-none", "on-what-we-know"]
SINGLE = [*ON_NONE, "on-two-of-one", "on-a-reprint", "on-an-unnamed"]
OPEN = "on-one-and-an-unnamed"
SEVERAL = ["on-two", "on-three-texts-of-two"]


def answer_of(api, **asked):
    """The slugs of a list, and what it leaves out."""
    answer = api.get("/api/v1/actors/", {"fields": "slug", **asked}).json()
    slugs = sorted(record["slug"] for record in answer["results"])
    return slugs, answer.get("left_out", {}).get("unknown", {})


@pytest.mark.parametrize(
    ("asked", "expected", "is_open"),
    [
        ({"publishers__gte": 2}, SEVERAL, True),
        ({"publishers__gte__not": 2}, SINGLE, True),
        ({"publishers__lte": 1}, SINGLE, True),
        ({"publishers__lte": 2}, [*CITED], False),
        ({"single_source": "true"}, SINGLE, True),
        ({"single_source": "false"}, SEVERAL, True),
        ({"single_source__not": "true"}, SEVERAL, True),
        ({"single_source": "false", "also": "unknown.publishers"}, [*SEVERAL, OPEN], False),
        ({"publishers__gte": 0, "publishers__lte": 0}, ON_NONE, False),
    ],
)
def test_an_unnamed_publisher_leaves_it_open(api, asked, expected, is_open):
    store_publishers()
    assert answer_of(api, **asked) == (sorted(expected), {"publishers": 1} if is_open else {})


@pytest.mark.parametrize("endpoint", record_models())
def test_every_type_can_be_asked(api, endpoint):
    for query in ("publishers__gte=2", "publishers__lte=1", "single_source=true"):
        assert api.get(f"/api/v1/{endpoint}/?{query}").status_code == 200

"""Records by the fields on which their sources differ."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.factories import AgreementFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.tables import slugs_of, store

pytestmark = pytest.mark.django_db

ROWS = {
    "signed": {"disputed_fields": ["signed_on"]},
    "signed-and-ended": {"disputed_fields": ["ended_on", "signed_on"]},
    "signed-in": {"disputed_fields": ["signed_in"]},
    "undisputed": {"disputed_fields": []},
    "a-draft": {"disputed_fields": ["signed_on"], "publication": "draft"},
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["signed_on"], ["signed", "signed-and-ended"]),
        (["ended_on"], ["signed-and-ended"]),
        (["signed_in", "ended_on"], ["signed-and-ended", "signed-in"]),
        (["kind"], []),
        (["signed"], []),  # a field is a whole name
    ],
)
def test_records_on_any_of_whose_fields_the_sources_differ(fields, expected):
    store(Agreement, ROWS)
    assert slugs_of(Agreement.objects.published().disputed_on(*fields)) == expected


def test_a_source_that_says_otherwise_makes_the_dispute():
    claim = {"article": ArticleFactory(slug="b"), "field": "signed_on", "value": "1995"}
    AgreementFactory(slug="a", signed_on="1994", citations=[claim])
    assert slugs_of(Agreement.objects.disputed_on("signed_on")) == ["a"]

"""Agreements between actors: to which every one of them is party."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.parties import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland", "sudland"], ["all-three", "norland-with-sudland"]),
        (["sudland", "norland"], ["all-three", "norland-with-sudland"]),
        (["norland", "ostland"], ["all-three", "norland-with-ostland"]),
        (["sudland", "ostland"], ["all-three", "norland-mediates", "sudland-with-ostland"]),
        (["norland", "sudland", "ostland"], ["all-three"]),
        (
            ["ostland"],
            ["all-three", "norland-mediates", "norland-with-ostland", "sudland-with-ostland"],
        ),
        (["norland", "westland"], []),
    ],
)
def test_agreements_to_which_all_the_actors_are_party(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Agreement.objects.published().between(*asked)) == expected


def test_between_nobody_leaves_every_agreement():
    store_world()
    assert Agreement.objects.between().count() == Agreement.objects.count()


def test_it_narrows_what_was_asked_before():
    known = store_world()
    drafts = Agreement.objects.filter(publication="draft")
    assert slugs_of(drafts.between(known["norland"], known["sudland"])) == ["a-draft"]

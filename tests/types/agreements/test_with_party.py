"""Agreements by their parties in the proper sense: who mediates or observes is no party."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.factories import AgreementFactory
from tests.types.agreements.parties import store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db

OF_NORLAND = [
    *("all-three", "norland-alone", "norland-party-and-broker", "norland-with-ostland"),
    *("norland-with-sudland", "ostland-guarantees"),
]
OF_OSTLAND = ["all-three", "norland-mediates", "norland-with-ostland", "sudland-with-ostland"]


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], OF_NORLAND),
        (["ostland"], OF_OSTLAND),
        (["norland", "ostland"], sorted({*OF_NORLAND, *OF_OSTLAND})),
        (["ostland", "westland"], OF_OSTLAND),
        (["westland"], []),
        ([], []),
    ],
)
def test_agreements_to_which_any_of_the_actors_is_party(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Agreement.objects.published().with_party(*asked)) == expected


def test_the_word_alone_hides_no_draft():
    sudland = store_world()["sudland"]
    drafts = Agreement.objects.with_party(sudland).filter(publication="draft")
    assert slugs_of(drafts) == ["a-draft"]


def test_readers_ask_for_it_by_slug(api):
    public = AgreementFactory(parties=[{"actor": store_world()["westland"]}])
    answer = api.get("/api/v1/agreements/?party=westland").json()
    assert [record["slug"] for record in answer["results"]] == [public.slug]

"""Agreements that an actor brought about without being party: as mediator, broker, guarantor."""

import pytest

from apps.agreements.models import Agreement
from tests.types.agreements.factories import AgreementFactory
from tests.types.agreements.parties import store_every_role, store_world
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("actors", "expected"),
    [
        (["norland"], ["norland-mediates", "norland-party-and-broker"]),
        (["ostland"], ["ostland-guarantees"]),
        (
            ["ostland", "norland"],
            ["norland-mediates", "norland-party-and-broker", "ostland-guarantees"],
        ),
        (["sudland"], []),
        (["westland"], []),
        ([], []),
    ],
)
def test_agreements_that_any_of_the_actors_mediated(actors, expected):
    known = store_world()
    asked = [known[actor] for actor in actors]
    assert slugs_of(Agreement.objects.published().mediated_by(*asked)) == expected


def test_three_roles_are_mediation_and_no_other():
    westland = store_world()["westland"]
    store_every_role(westland)
    expected = ["as-broker", "as-guarantor", "as-mediator"]
    assert slugs_of(Agreement.objects.mediated_by(westland)) == expected


def test_readers_ask_for_it_of_what_is_published(api):
    mediated = [{"actor": store_world()["westland"], "role": "broker"}]
    AgreementFactory(slug="public", parties=mediated)
    AgreementFactory(slug="hidden", parties=mediated, publication="draft")
    answer = api.get("/api/v1/agreements/?mediator=westland").json()
    assert [record["slug"] for record in answer["results"]] == ["public"]

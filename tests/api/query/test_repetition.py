"""A repeated parameter means OR on every type, `__all` means AND; commas within values."""

from collections.abc import Iterator

import pytest

from apps.core.models import record_models
from caucasus.api.root import router
from tests.support.counting import parameter_refusals
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.exercises.factories import ExerciseFactory

pytestmark = pytest.mark.django_db

FILTERS = {name: viewset.filterset_class.base_filters for name, viewset, _ in router.registry}


def slugs_listed(api, query: str) -> list[str]:
    """What a list finds."""
    answer = api.get(f"/api/v1/{query}")
    assert answer.status_code == 200, answer.content
    return [record["slug"] for record in answer.json()["results"]]


def list_filters() -> Iterator[tuple[str, str]]:
    """The filters of each type that several values may meet at once."""
    for endpoint, filters in FILTERS.items():
        yield from ((endpoint, name) for name in filters if f"{name}__all" in filters)


def test_every_question_of_a_list_has_an_and():
    wanted = {
        "exercises": ["participant", "actor", "places", "domains", "participants__actor", "topic"],
        "agreements": ["party", "actor", "mediator", "parties__role", "relations__agreement"],
        "corridors": ["country", "modes", "stops__place", "stops__place__country", "agreements"],
        "actors": ["member_of", "successor_of", "article", "disputed_field"],
    }
    assert set(list_filters()) >= {(type_, name) for type_, n in wanted.items() for name in n}
    assert not {("agreements", "status"), ("agreements", "between")} & set(list_filters())
    assert set(FILTERS) == set(record_models())


@pytest.fixture
def exercises() -> None:
    """Three exercises: of both actors, of one, and of the other who is absent from it."""
    norland, sudland = ActorFactory(slug="norland"), ActorFactory(slug="sudland")
    ExerciseFactory(slug="of-both", participants=[{"actor": norland}, {"actor": sudland}])
    ExerciseFactory(slug="of-norland", participants=[{"actor": norland}])
    absent = {"actor": sudland, "role": "notably_absent"}
    ExerciseFactory(slug="without-sudland", participants=[absent, {"actor": norland}])


@pytest.mark.usefixtures("exercises")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("participant=norland&participant=sudland", ["of-both", "of-norland", "without-sudland"]),
        ("participant__all=norland,sudland", ["of-both"]),
        ("participant__all=norland", ["of-both", "of-norland", "without-sudland"]),
        ("participant__all__not=norland,sudland", ["of-norland", "without-sudland"]),
        ("actor__all=norland,sudland", ["of-both", "without-sudland"]),
        ("participants__actor__all=norland,sudland", ["of-both", "without-sudland"]),
        ("participants__actor__all=norland,sudland&participants__role=participant", ["of-both"]),
        ("participants__actor__all=norland,sudland&participants__role__not=host", None),
        ("without=sudland", ["of-norland", "without-sudland"]),
        ("without=sudland&without=norland", []),
    ],
)
def test_or_and_and(api, query, expected):
    expected = ["of-both", "without-sudland"] if expected is None else expected
    assert slugs_listed(api, f"exercises/?{query}") == expected


def test_between_is_the_old_name_of_all_parties(api):
    known = {slug: ActorFactory(slug=slug) for slug in ("armenia", "russia", "france")}
    for parties in (["armenia", "russia"], ["armenia", "france"], ["russia"]):
        AgreementFactory(
            slug="-".join(parties), parties=[{"actor": known[party]} for party in parties]
        )
    both = ["armenia-russia"]
    assert slugs_listed(api, "agreements/?between=armenia&between=russia") == both
    assert slugs_listed(api, "agreements/?party__all=armenia,russia") == both
    assert slugs_listed(api, "agreements/?party=france&party=russia") == [
        *("armenia-france", "armenia-russia", "russia"),
    ]


def test_members_of_several_bodies_on_a_date(api):
    first, second = ActorFactory(slug="first"), ActorFactory(slug="second")
    twice, once = ActorFactory(slug="twice"), ActorFactory(slug="once")
    for actor, body, since in (
        (twice, first, "2000"),
        (twice, second, "2010"),
        (once, first, None),
    ):
        MembershipFactory(actor=actor, organisation=body, role="member", since=since or "2000")
    path = "actors/?member_of__all=first,second"
    assert slugs_listed(api, path) == ["twice"]
    assert slugs_listed(api, f"{path}&on=2015") == ["twice"]
    assert slugs_listed(api, f"{path}&on=2005") == []


@pytest.mark.parametrize(
    ("name", "written"),
    [("Baku, Tbilisi and Ceyhan", r"Baku\, Tbilisi and Ceyhan"), (r"A\B", r"A\B")],
)
def test_a_comma_within_a_value_is_escaped(api, name, written):
    ActorFactory(slug="wanted", name=name)
    ActorFactory(slug="other", name="Norland")
    ActorFactory(name="Baku")
    assert slugs_listed(api, f"actors/?name__in={written}") == ["wanted"]
    assert slugs_listed(api, f"actors/?name__in=Norland, {written}") == ["other", "wanted"]


def test_a_comma_at_an_end_is_refused(api):
    for text in (",", "a,", ",a", "a,,b", r"a\,b,"):
        ((name, detail),) = parameter_refusals(api.get("/api/v1/actors/", {"name__in": text}))
        assert (name, detail) == (
            "name__in",
            "Nothing stands between two commas, or at an end.",
        )

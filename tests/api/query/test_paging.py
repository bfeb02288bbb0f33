"""Pages by cursor: in any ordering, both ways, bound to their query, whole while others write."""

import itertools
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.agreements.models import Agreement
from apps.api.query.ordering import orderable_columns
from apps.core.models import Record
from apps.documents.revisions import open_revision
from tests.documents.acts import change_record
from tests.documents.curators import run_in_thread
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory

pytestmark = pytest.mark.django_db

DATES = [None, "1994", "1994-05", "1994-05-12", "2001/2003", "2020-06?", None]


def pages_by_address(api, path: str, link: str) -> dict[str, list[str]]:
    """The slugs of each page, following `link`; no page may lead to one that was there already."""
    pages: dict[str, list[str]] = {}
    while path:
        assert path not in pages, "The walk goes in a circle."
        answer = api.get(path).json()
        pages[path] = [record["slug"] for record in answer["results"]]
        path = answer[link]
    return pages


def walk_pages(api, path: str, link: str = "next") -> list[list[str]]:
    """The slugs of each page, following `link`."""
    return list(pages_by_address(api, path, link).values())


def flatten_pages(pages: Iterable[list[str]]) -> list[str]:
    """All slugs in turn."""
    return list(itertools.chain(*pages))


def walk_forth_and_back(api, path: str) -> tuple[list[str], list[str]]:
    """The slugs of a list walked to its end, and back to its beginning, in the list's order."""
    forth = pages_by_address(api, path, "next")
    back = walk_pages(api, list(forth)[-1], "previous")
    return flatten_pages(forth.values()), flatten_pages(reversed(back))


@pytest.fixture
def agreements():
    """Nine agreements with equal and unknown values in every column."""
    return [
        AgreementFactory(
            signed_on=DATES[n % 7],
            entered_into_force_on=DATES[(n * 3) % 7] if DATES[n % 7] else None,
            kind=["treaty", "charter"][n % 2],
            duration_years=[None, 10, 20][n % 3],
        )
        for n in range(9)
    ]


ORDERINGS = [
    "-slug",
    "signed_on",
    "-signed_on",
    "kind,-signed_on",
    "-duration_years,signed_on,name",
    "signed_in,-kind,-revision",
]


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("size", [1, 4])
def test_cursor_pages_are_the_numbered_pages(api, agreements, ordering, size):
    numbered = flatten_pages(
        walk_pages(api, f"/api/v1/agreements/?ordering={ordering}&page_size=500")
    )
    path = f"/api/v1/agreements/?ordering={ordering}&page_size={size}&cursor=*"
    assert walk_forth_and_back(api, path) == (numbered, numbered)


def test_unknown_values_come_last_both_ways(api, agreements):
    for ordering in ("signed_on", "-signed_on"):
        answer = api.get(f"/api/v1/agreements/?ordering={ordering}").json()["results"]
        known = [record["signed_on"] is not None for record in answer]
        assert known == sorted(known, reverse=True)


NAMES = ["ASFAT", "Abdul", "abdul", "al-Qaeda", "Ärger", "Zebra", "Ғ", "ა", "Abdul-2"]


@pytest.fixture
def written_in_bulk(make):
    """Nine records written at three moments of one millisecond, with names that sort variously."""
    made = [make() for _ in NAMES]
    model = type(made[0])
    for n, name in enumerate(NAMES):
        at = datetime(2026, 5, 1, 12, 30, 15, 123_001 + n % 3, tzinfo=UTC)
        values = {model.label_field: name, "updated_at": at, "revision": 100 + n % 3}
        model.objects.filter(pk=made[n].pk).update(**values)
    return model


def test_a_walk_in_any_order_meets_rows_that_were_written_together_once(
    api, endpoint, written_in_bulk
):
    """A cursor keeps what the column holds, to the microsecond: else a page comes for ever."""
    for name in orderable_columns(written_in_bulk):
        for ordering in (name, f"-{name}"):
            listed = flatten_pages(
                walk_pages(api, f"/api/v1/{endpoint}/?ordering={ordering}&page_size=500")
            )
            assert len(listed) == written_in_bulk.objects.published().count()
            path = f"/api/v1/{endpoint}/?ordering={ordering}&page_size=4&cursor=*"
            assert walk_forth_and_back(api, path) == (listed, listed), ordering


def test_a_cursor_fits_only_its_query(api, agreements):
    answer = api.get("/api/v1/agreements/?cursor=*&page_size=2&kind=treaty").json()
    token = answer["next"].split("cursor=")[1].split("&")[0]
    assert api.get(f"/api/v1/agreements/?cursor={token}&page_size=5&kind=treaty").status_code == 200
    strangers = [
        f"cursor={token}",
        f"cursor={token}&kind=charter",
        f"cursor={token}&kind=treaty&ordering=name",
        f"cursor={token[:-2]}&kind=treaty",
        "cursor=abc",
        "cursor=*&page=2",
    ]
    for query in strangers:
        response = api.get(f"/api/v1/agreements/?{query}")
        assert response.status_code == 400
        assert [error["parameter"] for error in response.json()["errors"]] == ["cursor"]


def test_deep_pages_name_the_cursor(api):
    response = api.get("/api/v1/actors/?page=201&page_size=50")
    assert response.status_code == 400
    assert "cursor=*" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("count", ["", "&count=none"])
def test_a_page_beyond_the_last_says_so_and_leads_back_to_the_last(api, count):
    for _ in range(5):
        ActorFactory()
    path = f"/api/v1/actors/?page_size=2{count}"
    last = api.get(f"{path}&page=3").json()
    assert "last_page" not in last
    for page in (4, 200):
        response = api.get(f"{path}&page={page}")
        beyond = response.json()
        assert (beyond["results"], beyond["next"], beyond["last_page"]) == ([], None, 3)
        assert response["Link"] == f'<{beyond["previous"]}>; rel="prev"'
        assert api.get(beyond["previous"]).json() == last


def test_the_last_page_of_a_list_of_nothing_is_its_first(api):
    assert "last_page" not in api.get("/api/v1/actors/").json()
    beyond = api.get("/api/v1/actors/?page=2").json()
    assert (beyond["last_page"], beyond["previous"]) == (1, "http://testserver/api/v1/actors/")


def test_counts_are_capped_exact_or_left_out(api, monkeypatch):
    for _ in range(4):
        ActorFactory()
    monkeypatch.setattr("apps.api.query.pagination.RecordPagination.max_depth", 2)
    capped = api.get("/api/v1/actors/?page_size=1").json()
    assert (capped["count"], capped["count_truncated"]) == (2, True)
    exact = api.get("/api/v1/actors/?page_size=1&count=exact").json()
    assert (exact["count"], "count_truncated" in exact) == (4, False)
    for query in ("count=none", "cursor=*"):
        assert "count" not in api.get(f"/api/v1/actors/?page_size=1&{query}").json()


def test_links_stand_in_the_header_too(api):
    for _ in range(3):
        ActorFactory()
    response = api.get("/api/v1/actors/?page=2&page_size=1")
    answer = response.json()
    assert response["Link"] == f'<{answer["next"]}>; rel="next", <{answer["previous"]}>; rel="prev"'
    assert "page=" not in answer["previous"].replace("page_size=", "")


def test_a_walk_while_others_write_loses_and_repeats_nothing(api):
    """Whatever is inserted, changed, retracted between two pages: the untouched come once."""
    chance = random.Random(7)
    actors = [ActorFactory(founded_on=chance.choice([None, "1990", "1991-05"])) for _ in range(20)]
    untouched = {actor.slug for actor in actors[::2]}
    path, seen = "/api/v1/actors/?ordering=-founded_on,name&page_size=3&cursor=*", []
    victims = actors[1::2]
    while path:
        answer = api.get(path).json()
        seen += [record["slug"] for record in answer["results"]]
        path = answer["next"]
        victim = victims.pop()
        with open_revision(reason="Meanwhile", origin="admin") as opened:
            victim.publication = chance.choice(["published", "retracted"])
            victim.name = f"{victim.name} changed"
            victim.save()
            opened.touch(victim)
        ActorFactory(founded_on="1990")
    assert untouched <= set(seen)
    assert len([slug for slug in seen if slug in untouched]) == len(untouched)
    assert len(seen) == len(set(seen))


# ------------------------------------------------------------------- walks while curators write

WRITERS = 3
MOST_NEW = 12  # records that each of them adds
PUBLICATIONS = [Record.Publication.PUBLISHED, Record.Publication.RETRACTED]
CERTAINTIES = ["confirmed", "reported", "alleged", "disputed"]
WALKED = [
    "certainty",
    "-certainty,signed_on",
    "-signed_on",
    "signed_on,-duration_years,name",
    "-kind,entered_into_force_on,-certainty",
]


def random_agreement(slug: str, chance: random.Random) -> Any:
    """An agreement with common values, and unknown ones, in every column that is walked."""
    signed = chance.choice(DATES)
    return AgreementFactory(
        slug=slug,
        name=f"Agreement {chance.randrange(5)}",
        certainty=chance.choice(CERTAINTIES),
        kind=chance.choice(["treaty", "charter"]),
        signed_on=signed,
        entered_into_force_on=signed and chance.choice([None, "2021", "2022-05"]),
        duration_years=chance.choice([None, 10, 20]),
    )


def write_until(over: Event, number: int) -> int:
    """A curator who inserts, changes, retracts and moves records of his own; how many acts."""
    chance, acts = random.Random(number), 0
    changed = Agreement.objects.get(slug=f"changed-{number}")
    moved = Agreement.objects.get(slug=f"moved-{number}")
    while not over.wait(0.05):
        acts += 1
        if acts <= MOST_NEW:  # or the walk would never come to its end
            random_agreement(f"new-{number}-{acts}", chance)
        change_record(changed, summary=f"Change {acts}", publication=chance.choice(PUBLICATIONS))
        change_record(
            moved, certainty=chance.choice(CERTAINTIES), signed_on=chance.choice(["1994", None])
        )
    return acts


@pytest.mark.usefixtures("shared_database")
def test_walks_both_ways_lose_and_repeat_nothing_while_curators_write():
    """Of what is moved in the order meanwhile nothing is promised; of all else, everything."""
    chance = random.Random(1)
    untouched = {random_agreement(f"untouched-{n}", chance).slug for n in range(20)}
    for n in range(WRITERS):
        random_agreement(f"changed-{n}", chance)
        random_agreement(f"moved-{n}", chance)
    api, path = APIClient(), "/api/v1/agreements/?ordering={}&page_size=4&cursor=*".format
    expected = {ordering: walk_forth_and_back(api, path(ordering))[0] for ordering in WALKED}
    over, barrier = Event(), Barrier(WRITERS + 1)
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [
            pool.submit(run_in_thread, write_until, barrier, over, n) for n in range(WRITERS)
        ]
        barrier.wait()
        try:
            walks = [
                (ordering, seen)
                for ordering in WALKED
                for seen in walk_forth_and_back(api, path(ordering))
            ]
        finally:
            over.set()
    assert all(writer.result() > 0 for writer in writers)
    for ordering, seen in walks:
        there = [slug for slug in seen if slug in untouched]
        assert there == [slug for slug in expected[ordering] if slug in untouched], ordering
        still = [slug for slug in seen if not slug.startswith("moved")]
        assert len(still) == len(set(still)), ordering

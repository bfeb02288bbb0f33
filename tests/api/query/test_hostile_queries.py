"""Generated queries, valid, nearly valid and hostile: none is a fault, none is taken wrongly.

The same is asked at length by `python -m tests.support.hostile.queries`.
"""

from datetime import date

import pytest

from apps.core import dates
from apps.core.models import record_models
from tests.support.hostile import kinds
from tests.support.hostile.cases import DeclaredParameter, api_addresses, random_cases
from tests.support.hostile.checks import SHAPING_PARAMETERS, multiply_records
from tests.support.hostile.filter_kinds import DOMAIN_KINDS
from tests.support.hostile.queries import run_queries
from tests.support.seeding import load_curated_data

SEED, ASKED, RELATED = 20_260_131, 1_500, 15
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("hostile")]


@pytest.fixture
def dataset() -> None:
    """The curated data."""
    load_curated_data()


@pytest.mark.usefixtures("dataset")
def test_no_generated_query_is_a_fault_or_taken_wrongly():
    tally = run_queries(SEED, range(ASKED), RELATED)
    assert not tally.faults, "\n".join([f"seed {SEED}", *tally.summary_lines()])
    statuses = {pair[0]: 0 for pair in tally.statuses}
    for (verdict, _), count in tally.statuses.items():
        statuses[verdict] += count
    assert statuses[True] > ASKED / 4
    assert statuses[False] > ASKED / 4
    assert tally.compared > ASKED / RELATED / 5


@pytest.mark.usefixtures("dataset")
def test_of_every_filter_it_is_known_what_it_takes():
    """A filter that follows from no column stands in `DOMAIN_KINDS` or `NAMING`."""
    for address in api_addresses():
        if address.is_list:
            unknown = {
                parameter.name
                for parameter in address.parameters.values()
                if parameter.kind.name == "other"
            }
            assert unknown <= SHAPING_PARAMETERS | {"as_of"}, address.path
    assert len(DOMAIN_KINDS) > 10


def test_a_case_is_made_again_from_its_number(api):
    addresses = api_addresses()
    (_, again), *_ = random_cases(addresses, SEED, range(7, 8))
    assert again.url == dict(random_cases(addresses, SEED, range(10)))[7].url


def test_copies_are_records_like_any_other(api, endpoint, make):
    make()
    before = sum(model.objects.published().count() for model in record_models().values())
    assert multiply_records(3 * before) == 3 * before
    answer = api.get(f"/api/v1/{endpoint}/?ordering=-slug").json()
    assert answer["count"] % 3 == 0


@pytest.mark.parametrize(
    "text", [*kinds.HOSTILE_TEXTS, *kinds.DATE_KIND.near_misses, "2020-02-29/2020-02", "2024-24"]
)
def test_both_readings_of_dates_agree(text):
    """The one by which queries are judged is no part of the API; they must not drift apart."""
    try:
        span = dates.parse_edtf(text)
    except ValueError:
        span = None
    assert kinds.is_date(text) is (span is not None)
    if span and "/" not in text:
        assert kinds.first_and_last_day(text) == span


@pytest.mark.parametrize(
    ("asked", "texts", "verdict"),
    [
        (DeclaredParameter("q", kinds.TEXT_KIND), ["a", "a"], False),
        (DeclaredParameter("q", kinds.TEXT_KIND), [" "], False),
        (DeclaredParameter("kind", kinds.word_kind(["a", "b"]), "repeat"), ["a", "b"], True),
        (DeclaredParameter("kind", kinds.word_kind(["a", "b"]), "comma"), ["a, b"], True),
        (DeclaredParameter("kind", kinds.word_kind(["a", "b"]), "comma"), ["a,,b"], False),
        (DeclaredParameter("signed_on", kinds.DATE_KIND, "pair"), ["2020,2021"], True),
        (DeclaredParameter("signed_on", kinds.DATE_KIND, "pair"), ["2020"], False),
        (DeclaredParameter("signed_on", kinds.DATE_KIND, "pair"), ["2021-02,2021"], True),
        (DeclaredParameter("signed_on", kinds.DATE_KIND, "pair"), ["2021,2020"], False),
        (DeclaredParameter("name", kinds.TEXT_KIND, "comma"), ["a\\,,b"], True),
        (DeclaredParameter("name", kinds.TEXT_KIND, "comma"), ["a\\,b,"], False),
        (DeclaredParameter("updated_since", kinds.MOMENT_KIND), ["2026-01-31T12:00:00Z"], True),
        (DeclaredParameter("updated_since", kinds.MOMENT_KIND), ["2026-02-30T12:00:00Z"], False),
        (DeclaredParameter("bbox", kinds.BOX_KIND), ["1_0,2,30,40"], False),
        (DeclaredParameter("x", kinds.OTHER_KIND), ["a"], None),
    ],
)
def test_the_judge_of_queries_judges_rightly(asked, texts, verdict):
    assert asked.accepts(texts) is verdict


def test_the_judge_knows_the_calendar():
    assert kinds.first_and_last_day("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert kinds.first_and_last_day("2023-02-29") is None

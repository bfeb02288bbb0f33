"""What is left out only because something is not known: counted, and brought in by `also`."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.query.three_values import (
    Asked,
    Row,
    parameter_names,
    possible_values,
    store_exercises,
    verdicts_by_reason,
)

pytestmark = pytest.mark.django_db

NUMBER = 60
SOME = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def queries_of_exercises(draw: Any) -> list[Asked]:
    """One to four parameters, each with one or two of its values."""
    names = draw(st.lists(st.sampled_from([*parameter_names()]), min_size=1, max_size=4))
    asked = {}
    for name in names:
        values, most = possible_values(name)
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True))
        asked.setdefault(limited_column(name), Asked(name, chosen))
    return list(asked.values())


def limited_column(name: str) -> str:
    """One and the same for parameters that may contradict each other, which is refused."""
    is_limit = not name.endswith("__not") and name.startswith(("starts_on", "personnel_total"))
    return name.split("__")[0] if is_limit else name


@pytest.fixture
def exercises() -> dict[str, Row]:
    return store_exercises(NUMBER)


def read_list(api: Any, query: list[Asked], *also: str) -> Any:
    """The slugs that are answered, and the answer."""
    texts: dict[str, Any] = {asked.name: asked.texts for asked in query}
    texts |= {"page_size": 500, "fields": "slug"} | ({"also": ",".join(also)} if also else {})
    answer = api.get("/api/v1/exercises/", texts)
    assert answer.status_code == 200, (query, answer.content)
    return {record["slug"] for record in answer.json()["results"]}, answer.json()


def flat_counts(left_out: dict[str, Any]) -> dict[str, int]:
    """The counts of an answer by reason."""
    unknown = {f"unknown.{name}": count for name, count in left_out.get("unknown", {}).items()}
    others = {k: v for k, v in left_out.items() if k not in ("unknown", "how", "truncated")}
    return {**unknown, **others}


@SOME
@given(query=queries_of_exercises())
def test_every_record_is_answered_or_counted_once_or_certainly_not_asked_for(api, exercises, query):
    answered, counted, certainly_not = set(), Counter(), 0
    for slug, exercise in exercises.items():
        verdicts = verdicts_by_reason(exercise, query)
        left = [reason for reason, verdict in verdicts.items() if verdict is None]
        if False in verdicts.values():
            certainly_not += 1
        elif left:
            counted[left[0] if len(left) == 1 else "several"] += 1
        else:
            answered.add(slug)
    slugs, answer = read_list(api, query)
    assert slugs == answered
    assert flat_counts(answer.get("left_out", {})) == counted
    assert len(slugs) + counted.total() + certainly_not == NUMBER


@SOME
@given(query=queries_of_exercises())
def test_how_brings_in_exactly_what_was_left_out(api, exercises, query):
    slugs, answer = read_list(api, query)
    left_out = answer.get("left_out", {"how": {}})
    ways = dict(left_out["how"])
    ways |= {f"unknown.{name}": way for name, way in ways.pop("unknown", {}).items()}
    counts = flat_counts(left_out)
    assert ways.keys() == counts.keys()
    for reason, way in ways.items():
        name, _, reasons = way.partition("=")
        more, _ = read_list(api, query, reasons)
        assert name == "also"
        assert slugs < more
        count = counts[reason] if reason != "several" else sum(counts.values())
        assert len(more) == len(slugs) + count


@SOME
@given(query=queries_of_exercises())
def test_aggregates_leave_out_the_same(api, exercises, query):
    slugs, answer = read_list(api, query)
    texts = {asked.name: asked.texts for asked in query}
    counted = api.get("/api/v1/exercises/aggregate/", texts).json()
    assert counted["count"] == len(slugs)
    assert counted.get("left_out") == answer.get("left_out")

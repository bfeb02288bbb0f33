"""docs/honest-answers.md, executed: each question answers and leaves out what its row says."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.seeding import load_curated_data

pytestmark = pytest.mark.django_db

TEXT = (Path(__file__).parents[2] / "docs/honest-answers.md").read_text()
LEAST_QUESTIONS = 20
MANY = re.compile(r"(\d+): (.+), …")  # an answer of which only the first are named


class Row(NamedTuple):
    """What a row of the table says."""

    number: str
    question: str
    link: str
    answer: str
    left_out: str
    brought_in_by: str
    why: str

    @property
    def query(self) -> str:
        """The address behind /api/v1/, which is shown and linked alike."""
        match = re.fullmatch(r"\[`(\S+)`\]\(http://127\.0\.0\.1:8000/api/v1/(\S+)\)", self.link)
        assert match, self.link
        assert match[1] == match[2]
        return match[1]


ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split(" | ")))
    for line in TEXT.splitlines()
    if re.match(r"\| \d+ \|", line)
]


def in_code(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def ask(api: Any, query: str) -> dict[str, Any]:
    """The whole answer to a query, in one page."""
    answer = api.get(f"/api/v1/{query}&page_size=500")
    assert answer.status_code == 200, answer.content
    return answer.json()


def spelled_out(left_out: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """What is left out, by reason: how many, and the parameter that brings them in."""
    how = left_out.get("how", {})
    flat = {}
    for reason, count in left_out.items():
        if isinstance(count, dict) and reason != "how":
            flat |= {f"{reason}.{name}": (n, how[reason][name]) for name, n in count.items()}
        elif reason != "how":
            flat[reason] = (count, how[reason])
    return flat


def test_there_are_twenty_questions_each_with_its_reason():
    assert [row.number for row in ROWS] == [str(n) for n in range(1, len(ROWS) + 1)]
    assert len(ROWS) >= LEAST_QUESTIONS
    assert all(row.why and row.question.endswith("?") for row in ROWS)


def test_each_question_is_answered_as_its_row_says(api):
    load_curated_data()
    for row in ROWS:
        answer = ask(api, row.query)
        slugs = [record["slug"] for record in answer["results"]]
        if many := MANY.fullmatch(row.answer):
            named = in_code(many[2])
            assert (str(len(slugs)), slugs[: len(named)]) == (many[1], named), row.question
        else:
            assert slugs == in_code(row.answer), row.question
            assert bool(slugs) != (row.answer == "none"), row.question

        left_out = spelled_out(answer.get("left_out", {}))
        said = [f"{count} {reason}" for reason, (count, _) in left_out.items()]
        assert row.left_out == ("; ".join(said) or "nothing"), row.question
        ways = [parameter for _, parameter in left_out.values()]
        assert in_code(row.brought_in_by) == ways, row.question
        for count, parameter in left_out.values():
            more = ask(api, f"{row.query}&{parameter}")
            brought = {record["slug"] for record in more["results"]}
            assert {*slugs} <= brought, (row.question, parameter)
            # A sum that was left out as unknown may now stand aside for parts that came in with it.
            sums = more.get("left_out", {}).get("aggregates", 0)
            assert len(brought) + sums == len(slugs) + count, (row.question, parameter)

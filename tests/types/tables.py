"""Tables of cases: a line is a record; its values stand before the bar, questions behind it.

    case     since  until | 1993  1994
    a-member 1994   -     | -     yes

The case is the record's slug, `-` stands for what is not known and for what is not found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.core.models import Record

UNSAID = "-"


@dataclass(frozen=True)
class Table:
    """What the records of a table say, and which of them answer which question."""

    rows: dict[str, dict[str, str]]
    answers: dict[str, list[str]]


def read_table(text: str) -> Table:
    """A table from its text; a cell behind the bar is `yes` or `-`."""
    head, *lines = [[half.split() for half in line.split("|")] for line in text.strip().split("\n")]
    columns, questions = head
    rows: dict[str, dict[str, str]] = {}
    answers: dict[str, list[str]] = {question: [] for question in questions}
    assert len(answers) == len(questions), "a question stands twice"
    for values, verdicts in lines:
        row = dict(zip(columns, values, strict=True))
        slug = row.pop("case")
        assert slug not in rows, f"{slug} stands twice"
        assert set(verdicts) <= {"yes", UNSAID}, f"{slug}: {verdicts}"
        rows[slug] = {name: value for name, value in row.items() if value != UNSAID}
        for question, verdict in zip(questions, verdicts, strict=True):
            answers[question] += [slug] if verdict == "yes" else []
    return Table(rows, {question: sorted(slugs) for question, slugs in answers.items()})


def store(
    model: type[Record], rows: Iterable[str] | Mapping[str, Mapping[str, Any]], **usual: Any
) -> dict[str, Any]:
    """Store records as they are, by slug: published unless a row says otherwise; read them back."""
    said = rows if isinstance(rows, Mapping) else {slug: {} for slug in rows}
    model._default_manager.bulk_create(
        as_stored(model, slug, {**usual, **values}) for slug, values in said.items()
    )
    return {record.slug: record for record in model._default_manager.filter(slug__in=list(said))}


def as_stored(model: type[Record], slug: str, values: Mapping[str, Any]) -> Record:
    """A row of a table as a record that has its document exactly if it is published."""
    publication = values.get("publication", Record.Publication.PUBLISHED)
    is_public = publication == Record.Publication.PUBLISHED
    own = {"certainty": "confirmed", model.label_field: slug, "publication": publication}
    return model(slug=slug, document="{}" if is_public else None, **{**own, **values})


def slugs_of(records: QuerySet) -> list[str]:
    """The slugs that were found, one for each row of the answer, so that no record hides twice."""
    return sorted(records.values_list("slug", flat=True))

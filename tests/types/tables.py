"""Tables of cases: a line is a record; its values stand before the bar, questions behind it.

    case     since  until | 1993  1994
    a-member 1994   -     | -     yes

The case is the record's slug, `-` stands for what is not known and for what is not found. The value
`said` is what articles say, `active@2020-05,denies:active@2021,@2022`: which status, when the
article came out, with which stance; without a status, the record as such.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from rest_framework.test import APIClient

from apps.articles.models import Article
from apps.core.models import Record

UNSAID = "-"
GENERAL = Article.GENERAL_KNOWLEDGE
DATES_OF = {GENERAL: "2000", "undated": None}  # when articles came out that are called otherwise
STRENGTHS = ("possible", "stands", "certain")  # whoever meets one meets those before it


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


def read_strengths(text: str) -> dict[str, Table]:
    """A table for each strength; a cell behind the bar is the greatest that the case meets."""
    head, *lines = text.strip().split("\n")
    tables = {}
    for place, strength in enumerate(STRENGTHS):
        met, unmet = "|".join(STRENGTHS[place:]), "|".join(STRENGTHS[:place])
        body = [line.partition("|") for line in lines]
        cells = [re.sub(rf"\b({met})\b", "yes", cells) for _, _, cells in body]
        cells = [re.sub(rf"\b({unmet})\b", UNSAID, row) if unmet else row for row in cells]
        rows = [f"{values}|{row}" for (values, _, _), row in zip(body, cells, strict=True)]
        tables[strength] = read_table("\n".join([head, *rows]))
    return tables


def store(
    model: type[Record], rows: Iterable[str] | Mapping[str, Mapping[str, Any]], **usual: Any
) -> dict[str, Any]:
    """Store records as they are, by slug: published unless a row says otherwise; read them back."""
    given = rows if isinstance(rows, Mapping) else {slug: {} for slug in rows}
    values_by_slug = {slug: {**usual, **values} for slug, values in given.items()}
    said = {slug: values.pop("said", "") for slug, values in values_by_slug.items()}
    model._default_manager.bulk_create(
        as_stored(model, slug, values) for slug, values in values_by_slug.items()
    )
    stored = model._default_manager.filter(slug__in=list(said))
    if field := model.holding:
        for record in stored:
            cite_statements(record, said[record.slug])
            days = field.column_values(field.find_days(record))
            stored.filter(pk=record.pk).update(**days)
    return {record.slug: record for record in stored.all()}


def cite_statements(record: Record, said: str) -> None:
    """Cite an article for each thing that is said; what is said at one time is said by one."""
    citation: Any = type(record).parts()["citations"]
    for position, statement in enumerate(filter(None, said.split(",")), start=1):
        claim, _, when = statement.partition("@")
        stance, _, status = claim.rpartition(":")
        article, _ = Article.objects.get_or_create(
            slug=when if when == GENERAL else f"of-{when.replace('..', 'open').replace('/', '-')}",
            defaults={"title": when, "kind": "news", "published_on": DATES_OF.get(when, when)},
        )
        differs = status not in ("", record.status)  # type: ignore[attr-defined]
        citation.objects.create(
            record=record,
            position=position,
            article=article,
            field="status" if status else None,
            value=status if differs else None,
            stance=stance or "states",
        )


def as_stored(model: type[Record], slug: str, values: Mapping[str, Any]) -> Record:
    """A row of a table as a record that has its document exactly if it is published."""
    publication = values.get("publication", Record.Publication.PUBLISHED)
    is_public = publication == Record.Publication.PUBLISHED
    own = {"certainty": "confirmed", model.label_field: slug, "publication": publication}
    document = f'{{"slug":"{slug}"}}' if is_public else None
    return model(slug=slug, document=document, **{**own, **values})


def slugs_of(records: QuerySet) -> list[str]:
    """The slugs that were found, one for each row of the answer, so that no record hides twice."""
    return sorted(records.values_list("slug", flat=True))


def answered_slugs(api: APIClient, question: str) -> list[str]:
    """The slugs that a list answers."""
    answer = api.get(f"/api/v1/{question}&fields=slug&page_size=500")
    assert answer.status_code == 200, answer.json()
    return sorted(record["slug"] for record in answer.json()["results"])


def assert_strengths(api: APIClient, question: str, tables: Mapping[str, Table]) -> None:
    """Ask `question`, which ends with a parameter's name, and its twins for each date."""
    for strength, table in tables.items():
        twin = "" if strength == "stands" else f"__{strength}"
        answers = {date: answered_slugs(api, f"{question}{twin}={date}") for date in table.answers}
        assert answers == table.answers, strength

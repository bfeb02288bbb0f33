"""What must hold of the answers to hostile queries, one by one and between them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from apps.api.query.ordering import orderable_columns
from apps.core.models import Record, record_models
from apps.documents.revisions import open_revision
from tests.support.hostile import kinds
from tests.support.hostile.cases import QueryCase, filterset_of_type

PROBLEM_MEDIA_TYPE = "application/problem+json"
# Parameters of a list that say how it is answered, not what stands in it.
SHAPING_PARAMETERS = {
    *("page", "page_size", "cursor", "count", "fields", "omit", "expand", "ordering", "format"),
    *("raw", "facet"),
}
QueryValues = dict[str, list[str]]


@dataclass(frozen=True)
class TimedAnswer:
    """What was answered, and how long it took."""

    status: int
    media: str
    body: bytes
    seconds: float


def reader_client() -> Client:
    """An anonymous reader to whom a fault of ours is an answer."""
    return Client(raise_request_exception=False)


def timed_get(client: Client, url: str) -> TimedAnswer:
    """The whole answer to a GET."""
    begun = perf_counter()
    response: Any = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    media = response.get("Content-Type", "").partition(";")[0]
    return TimedAnswer(response.status_code, media, body, perf_counter() - begun)


def answer_faults(case: QueryCase, answer: TimedAnswer) -> Iterator[str]:
    """What is wrong with the answer to one query."""
    if answer.status >= 500:
        yield f"answered {answer.status}"
    if not case.address.is_api:
        return
    verdict = case.expected_verdict()
    if verdict is False and answer.status < 400:
        yield f"accepted with {answer.status}"
    may_be_missing = () if case.address.is_list else (308, 404, 410)
    is_private = case.address.path == "/api/v1/proposals/"
    if verdict is True and answer.status not in (200, *may_be_missing, *[401] * is_private):
        yield f"refused with {answer.status}"
    if answer.status >= 400:
        yield from problem_faults(case, answer)


def problem_faults(case: QueryCase, answer: TimedAnswer) -> Iterator[str]:
    """What a problem lacks."""
    if answer.media != PROBLEM_MEDIA_TYPE:
        yield f"an error as {answer.media}"
        return
    problem = json.loads(answer.body)
    if problem["status"] != answer.status:
        yield "a problem with another status"
    if problem["type"].endswith("/invalid-parameters/"):
        asked = {name[:100] for name in case.decoded_values()}
        named = {error["parameter"] for error in problem["errors"]}
        if not named or not all(error["detail"] for error in problem["errors"]):
            yield "a refusal without a reason"
        elif not named <= asked | {name for name in case.address.parameters if name == "q"}:
            yield "a refusal of what was not asked"


def relation_faults(client: Client, case: QueryCase, answer: TimedAnswer) -> Iterator[str]:
    """What does not fit between this answer and those to kindred queries."""
    if answer.status != 200:
        return
    again = timed_get(client, case.url)
    if again.body != answer.body and "spreadsheet" not in answer.media:
        yield "two answers to one address"
    if case.address.is_list:
        listed = FilteredList(client, case)
        yield from listed.count_faults()
        yield from listed.subset_faults()
        yield from listed.partition_faults()
        yield from listed.order_faults()


class FilteredList:
    """The filters of a list's query, and what their parts would find."""

    def __init__(self, client: Client, case: QueryCase) -> None:
        self.client, self.path, self.random = client, case.address.path, Random(case.url)
        self.endpoint = case.path.rstrip("/").rpartition("/")[2]
        self.known = case.address.parameters
        texts = case.decoded_values()
        self.filters: QueryValues = {
            name: texts[name] for name in texts if name not in SHAPING_PARAMETERS
        }
        self.slugs = self.slugs_found(self.filters)

    def slugs_found(self, filters: QueryValues) -> list[str]:
        """The slugs of all records that meet the filters."""
        return [row["slug"] for row in self.listed_rows({**filters, "fields": ["slug"]})]

    def listed_rows(self, query: QueryValues) -> list[Any]:
        """What is answered of every record."""
        address = f"{self.path}?{urlencode({**query, 'format': ['ndjson']}, doseq=True)}"
        answer = timed_get(self.client, address)
        assert answer.status == 200, address
        return [json.loads(line) for line in answer.body.splitlines()]

    def count_faults(self) -> Iterator[str]:
        """The count is that of the records, each of which comes once."""
        query = {**self.filters, "count": ["exact"], "page_size": ["1"]}
        answer = timed_get(self.client, f"{self.path}?{urlencode(query, doseq=True)}")
        if json.loads(answer.body)["count"] != len(self.slugs):
            yield "a count that is none"
        if len(set(self.slugs)) != len(self.slugs):
            yield "a record twice in a list"

    def subset_faults(self) -> Iterator[str]:
        """A further filter never finds more."""
        # `on` says when, of another filter; `also` is there to find more.
        names = [
            filter_name
            for filter_name in self.filters
            if not filter_name.startswith(("on", "member", "also"))
        ]
        if names:
            dropped = self.random.choice(names)
            fewer = {name: texts for name, texts in self.filters.items() if name != dropped}
            more = self.slugs_found({**fewer, **self.with_wholes})
            if not set(self.slugs) <= set(more):
                yield f"more records with {dropped} than without"

    def partition_faults(self) -> Iterator[str]:
        """`X`, `X__not` and what is left out share out the records that the other filters find."""
        names = [
            filter_name
            for filter_name in self.filters
            if f"{filter_name}__not" in self.known and "on" not in self.filters
        ]
        if not names:
            return
        name = self.random.choice(names)
        others = self.with_wholes | {
            other: texts
            for other, texts in self.filters.items()
            if other != "also" and not self.is_of_one_subject(name, other)
        }
        query = {**others, name: self.filters[name]}
        having, left = self.slugs_found(query), self.number_left_open(query, name)
        lacking = self.slugs_found({**others, f"{name}__not": self.filters[name]})
        everything = self.slugs_found(others)
        if set(having) & set(lacking) or not {*having, *lacking} <= set(everything):
            yield f"{name} and {name}__not find the same, or what the others do not"
        elif len(having) + len(lacking) + left != len(everything):
            yield f"{name}, {name}__not and left_out do not share out the records"

    @property
    def with_wholes(self) -> QueryValues:
        """What to ask for that nothing is left out for being the whole of something."""
        everything = filterset_of_type(self.endpoint).query_for_everything()
        return {name: [text] for name, text in everything.items()}

    def is_of_one_subject(self, name: str, other: str) -> bool:
        """Whether two filters speak of the same row of a list, or are left open together."""
        filters = filterset_of_type(self.endpoint).base_filters
        reason = filters[name].leaves_out
        is_same = bool(reason) and reason == filters[other].leaves_out
        return is_same or name.split("__")[0] == other.split("__")[0]

    def number_left_open(self, query: QueryValues, name: str) -> int:
        """How many records a query leaves out only because `name` cannot be told of them."""
        address = f"{self.path}?{urlencode({**query, 'count': ['exact']}, doseq=True)}"
        left = json.loads(timed_get(self.client, address).body).get("left_out", {})
        filters = filterset_of_type(self.endpoint).base_filters
        group, _, key = filters[name].leaves_out.partition(".")
        counted = left.get(group, {}) if key else left
        return int(counted.get(key or group, 0))

    def order_faults(self) -> Iterator[str]:
        """An ordering turned round is the list turned round, unknown values last in both."""
        name = self.random.choice(orderable_columns(record_models()[self.endpoint]))
        query = {**self.filters, "fields": [f"slug,{name}"]}
        up = self.listed_rows({**query, "ordering": [f"{name},slug" if name != "slug" else name]})
        down = self.listed_rows(
            {**query, "ordering": [f"-{name},-slug" if name != "slug" else "-slug"]}
        )
        known = sum(row[name] is not None for row in up)
        if up[:known] != down[:known][::-1] or up[known:] != down[known:][::-1]:
            yield f"-{name} is not {name} turned round"


def multiply_records(wanted: int) -> int:
    """Copy the published records, with their lists, until there are so many; how many there are."""
    models = list(record_models().values())
    originals = {model: list(model.objects.published().order_by("pk")) for model in models}
    there = sum(map(len, originals.values()))
    for turn in range(1, -(-wanted // there)):
        with open_revision(reason="Copied for a test", origin="import") as opened:
            for model, records in originals.items():
                for copied in copies_of_records(model, records, turn):
                    opened.touch(copied)
    return sum(model.objects.published().count() for model in models)


def copies_of_records(model: Any, records: list[Record], turn: int) -> list[Any]:
    """Copies of records under other slugs; every tenth with a hostile name."""
    names = [
        text
        for text in kinds.HOSTILE_TEXTS
        if kinds.is_plain(text) and text.strip() and "\n" not in text
    ]
    made = []
    for place, record in enumerate(records):
        row = model.objects.get(pk=record.pk)
        row.pk, row.document, row.revision, row.updated_at = None, None, None, None
        row.slug = f"{row.slug[:110]}-{turn}"
        if (place + turn) % 10 == 0:
            setattr(row, model.label_field, names[(place * 7 + turn) % len(names)].strip())
        made.append(row)
    model.objects.bulk_create(made, batch_size=500)
    pairs = {record.pk: row.pk for record, row in zip(records, made, strict=True)}
    for name, part in model.parts().items():
        if name != "external_ids":  # each stands once
            copy_rows(part, "record_id", pairs)
    for many in model._meta.many_to_many:
        copy_rows(many.remote_field.through, many.m2m_column_name(), pairs)
    return made


def copy_rows(rows: Any, column: str, pairs: dict[int, int]) -> None:
    """Copy the rows that belong to some records, for their copies."""
    copies = list(rows._default_manager.filter(**{f"{column}__in": pairs}).order_by("pk"))
    for row in copies:
        setattr(row, column, pairs[getattr(row, column)])
        row.pk = None
    rows._default_manager.bulk_create(copies, batch_size=500)

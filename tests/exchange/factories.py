"""Imports, and files for them."""

import csv
import io
import json
from typing import Any
from zipfile import ZipFile

import factory
from openpyxl import Workbook

from apps.core.models import Record, record_models
from apps.documents.serializers import serializer_class
from apps.exchange.models import Batch
from apps.exchange.planning import plan_batch
from apps.formats.catalogue import WRITERS
from apps.formats.contents import FileContents, FileRow
from apps.formats.files import read_file
from tests.accounts.factories import UserFactory
from tests.types.articles.factories import ArticleFactory


class BatchFactory(factory.django.DjangoModelFactory):
    """A planned import of one record that would be new."""

    class Meta:
        model = Batch

    name = "actors.csv"
    sha256 = "0" * 64
    size = 100
    type = "actors"
    user = factory.SubFactory(UserFactory)
    contents = FileContents(None, [FileRow(1, {"slug": "norland"})]).dump()
    plan = "\n".join(
        json.dumps(line)
        for line in (
            {
                "bases": {},
                "faults": [],
                "note": "",
                "counts": {"create": 1, "update": 0, "unchanged": 0, "duplicate": 0, "error": 0},
            },
            {"row": 1, "slug": "norland", "outcome": "create", "faults": []},
        )
    )


def export_records(model: type[Record], form: str, **options: Any) -> bytes:
    """Every published record of a type as the API exports them."""
    stored = model.objects.published().order_by("slug").values_list("document", flat=True)
    if form == "json":
        results = [json.loads(document) for document in stored]
        return json.dumps({"count": len(results), "results": results}).encode()
    documents = (json.loads(document) for document in stored)
    return b"".join(WRITERS[form](serializer_class(model)(), documents, **options))


def make_csv(*rows: dict[str, Any]) -> bytes:
    """A CSV whose columns are the keys of the first row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def make_workbook(*rows: list[Any]) -> bytes:
    """A workbook with one sheet."""
    out, book = io.BytesIO(), Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def repack(content: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts: `xl__workbook` for xl/workbook.xml."""
    out = io.BytesIO()
    own = {f"{name.replace('__', '/')}.xml": part for name, part in parts.items()}
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", compression=8) as new:
        for name in old.namelist():
            if name not in own:
                new.writestr(name, old.read(name))
        for name, part in own.items():
            new.writestr(name, part)
    return out.getvalue()


def make_planned_batch(
    content: bytes, user: Any = None, name: str = "actors.csv", type: str = ""
) -> Batch:
    """The batch of a file, planned and saved."""
    model = record_models()[type or name.partition(".")[0]]
    file = read_file(io.BytesIO(content), name, serializer_class(model)())
    batch = plan_batch(Batch.from_file(file, model, user), user)
    batch.save()
    return batch


def actor_row(slug: str = "norland", **values: Any) -> dict[str, Any]:
    """The row of an actor, with an article to cite."""
    ArticleFactory(slug="text") if not has_cited_article() else None
    row = {"slug": slug, "name": slug.title(), "kind": "state", "certainty": "confirmed"}
    return {**row, "citations": "text", "citations.stance": "states", **values}


def has_cited_article() -> bool:
    """Whether the article to cite is there."""
    return record_models()["articles"].objects.filter(slug="text").exists()


def plan_outcomes(batch: Batch) -> list[tuple[int, str]]:
    """The row numbers of a plan with what becomes of each."""
    return [(entry["row"], entry["outcome"]) for entry in batch.parsed_plan["entries"]]


def plan_faults(batch: Batch) -> list[tuple[int, str, str]]:
    """All faults of a plan: row, column and reason."""
    return [
        (entry["row"], fault["column"], fault["reason"])
        for entry in batch.parsed_plan["entries"]
        for fault in entry["faults"]
    ]

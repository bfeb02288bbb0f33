"""A history over the curated data, and what is asked at each revision of it.

The acts are those of curators and programs: records are made, changed, merged and taken apart,
retracted, brought back, reverted and imported; articles come out on other days than was thought.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
from django.test import Client

from apps.api.query.grouping import groupings_by_name
from apps.core.models import Record, record_models
from apps.documents.incoming import IncomingDocument
from apps.documents.revisions import open_revision
from apps.documents.writing import write_documents
from apps.formats.catalogue import WRITERS, formats_of_type
from apps.ledger.models import Dataset, Version
from tests.documents.acts import change_record, publish_record, retract_record, revert
from tests.merging.acts import merge, take_apart
from tests.support.hostile.cases import api_addresses
from tests.support.registry import RECORD_FACTORIES

STAMPS = ("revision", "updated_at", "disputed_fields", "holds")
WORDS = ("russia", "corridor", "azerb", "karabahk", "Баку", "pakistan turkey")
NOT_ASKED = {"revision__gt", "revision__gt__not"}  # refused beyond what is the newest one then
Answer = tuple[int, bytes, str]  # status, body, and what is left out


class History:
    """Acts on the curated data, always the same, each of which makes a revision."""

    def __init__(self) -> None:
        self.random = Random(2026)
        self.merged: list[tuple[str, str]] = []
        self.acts: list[Callable[[], object]] = [
            self.move_article,
            self.rewrite_lists,
            self.change_everything_at_once,
            self.make_and_merge,
            self.retract_what_nobody_names,
            self.save_draft_and_change,
            self.import_documents,
            self.take_merge_apart,
            self.revert_something,
            self.bring_back,
        ]

    def act(self, number: int) -> None:
        """The act with this number, from 0."""
        self.acts[number % len(self.acts)]()

    def some_record(self, endpoint: str = "") -> Any:
        """A published record."""
        model = record_models()[endpoint or self.random.choice([*record_models()])]
        slugs = model.objects.published().order_by("slug").values_list("slug", flat=True)
        return model.objects.get(slug=self.random.choice(list(slugs)))

    def write(self, *documents: tuple[type[Record], Any], origin: str = "import") -> None:
        """Write documents as one revision."""
        incoming = [IncomingDocument(model, data) for model, data in documents]
        with open_revision(reason="From a file", origin=origin) as opened:
            write_documents(incoming, opened)

    def document(self, record: Any) -> dict[str, Any]:
        """A record's document, as a writer would send it."""
        stored = orjson.loads(record.document)
        return {key: value for key, value in stored.items() if key not in STAMPS}

    def move_article(self) -> None:
        """What rests on an article may hold since another day."""
        record = self.some_record("articles")
        change_record(record, published_on=self.random.choice(["2019-03", "2024-11", "2025-12"]))

    def rewrite_lists(self) -> None:
        """Every list of a record comes in another order and one shorter."""
        record = self.some_record()
        document = self.document(record)
        for name in type(record).parts():
            rows = document.get(name) or []
            if name != "sections" and len(rows) > 1:
                document[name] = rows[:0:-1]
        document["summary"] = f"Rewritten {self.random.random()}"
        self.write((type(record), document), origin="api")

    def change_everything_at_once(self) -> None:
        """One record of every type, in one revision."""
        with open_revision(reason="Corrected", origin="admin") as opened:
            for endpoint in record_models():
                record = self.some_record(endpoint)
                record.summary = f"Nobody knows {self.random.choice(WORDS)}"
                record.topics = ["energy", "trade"]
                if hasattr(record, "certainty"):
                    record.certainty = "alleged"
                record.save()
                opened.touch(record)

    def make_and_merge(self) -> None:
        """A duplicate of a record comes to be, is named by others, and is merged."""
        survivor = self.some_record("actors")
        other = RECORD_FACTORIES["actors"](name=f"Another {survivor.name}", kind=survivor.kind)
        RECORD_FACTORIES["memberships"](actor=other)
        self.merged.append((other.slug, survivor.slug))
        merge(survivor, other, reason="The same")

    def take_merge_apart(self) -> None:
        """The last merge was wrong."""
        slug, _ = self.merged.pop()
        version = Version.objects.filter(slug=slug, operation="merged").latest("pk")
        take_apart(version, reason="Two after all")

    def retract_what_nobody_names(self) -> None:
        """A transfer was no transfer."""
        record = RECORD_FACTORIES["exercises"](name="An exercise that was none")
        self.retracted = record
        retract_record(record)

    def bring_back(self) -> None:
        """It was one."""
        publish_record(self.retracted)

    def save_draft_and_change(self) -> None:
        """Work that nobody sees, beside work that all see."""
        with open_revision(reason="Begun", origin="admin") as opened:
            draft = RECORD_FACTORIES["actors"]._meta.model.objects.create(
                slug=f"draft-{self.random.randrange(10**6)}", name="Draft", kind="state"
            )
            opened.touch(draft)
        change_record(self.some_record("corridors"), status="planned", name="A corridor of plans")

    def import_documents(self) -> None:
        """Several records of a file, new and old."""
        actor, place = self.some_record("actors"), self.some_record("places")
        document = self.document(actor)
        new = {**document, "slug": f"{actor.slug}-two", "name": "Russia Two", "external_ids": []}
        for key in type(actor).distinct_codes:
            new[key] = None
        self.write((type(actor), new), (type(place), {**self.document(place), "summary": "Here."}))

    def revert_something(self) -> None:
        """What was changed is as it was."""
        changed = Version.objects.public().filter(operation="updated", revision__number__gt=1)
        newest = changed.order_by("-pk")[self.random.randrange(3)]
        before = Version.objects.filter(type=newest.type, slug=newest.slug, pk__lt=newest.pk)
        revert(before.latest("pk"), "Was right before")


def asked_urls(most: int) -> list[str]:
    """Some URLs of lists, facets, aggregates, searches and exports of every kind, always the same.

    They are right over the curated data, and most of them have an answer that is not empty.
    """
    random = Random(7)
    made = [*urls_of_forms(), *urls_of_groups(), *urls_of_parameters(random)]
    made = random.sample(made, len(made))
    return [*islice((url for url in dict.fromkeys(made) if answer_to(url)[0] == 200), most)]


def urls_of_forms() -> Iterator[str]:
    """Pages, orders and forms of each type."""
    for endpoint, model in record_models().items():
        path = f"/api/v1/{endpoint}/"
        for query in (
            *("", "page_size=3&page=2", "ordering=-updated_at,slug", "page_size=500&count=exact"),
            *("citations__count__gte=2", "disputed=true", "topic=energy", "certainty=alleged"),
            *("expand=citations.article&page_size=5", "fields=slug,revision&page_size=500"),
        ):
            yield f"{path}?{query}"
        yield from (f"{path}?format={form}" for form in WRITERS if form in formats_of_type(model))
        yield from (f"{path}?{urlencode({'q': word})}" for word in WORDS)
    yield from (f"/api/v1/search/?{urlencode({'q': word})}" for word in WORDS)


def urls_of_groups() -> Iterator[str]:
    """Facets and aggregates of each type by all that it can be counted by."""
    for endpoint, model in record_models().items():
        for name in groupings_by_name(model):
            yield f"/api/v1/{endpoint}/?facet={name}&page_size=1"
            yield f"/api/v1/{endpoint}/aggregate/?group_by={name}"


def urls_of_parameters(random: Random) -> Iterator[str]:
    """Every parameter of every address, with values that it may have."""
    for address in api_addresses():
        if "revision" in address.parameters and "{" not in address.path:
            for parameter in address.parameters.values():
                if parameter.name not in {*NOT_ASKED, "revision", "as_of", "cursor"}:
                    texts = [(parameter.name, text) for text in parameter.random_values(random)]
                    yield f"{address.path}?{urlencode(texts)}"


def answer_to(url: str) -> Answer:
    """What is answered now: status, body, and what its header says is left out."""
    response: Any = Client().get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, plain_body(body), response.get("Left-Out", "")


def plain_body(body: bytes) -> bytes:
    """A body; of a workbook what is in it, since its address stands in it packed."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def dated_url(url: str, number: int) -> str:
    """The URL as of a revision."""
    return f"{url}{'&' if '?' in url else '?'}revision={number}"


def undated_body(body: bytes) -> bytes:
    """A body without the revision that links say they are of."""
    return re.sub(rb"\?revision=\d+(&amp;|&|)", b"?", re.sub(rb"(&amp;|&)revision=\d+", b"", body))


def newest_revision() -> int:
    """The newest revision."""
    return Dataset.current_revision()

"""What is known of the records that a file names."""

from collections.abc import Collection, Iterable
from typing import Any

import orjson
from django.db.models import Max

from apps.core.models import Record
from apps.core.permissions import Account
from apps.core.querysets import split_for_queries
from apps.documents.incoming import IncomingDocument
from apps.documents.writing import render_documents
from apps.formats.contents import FileContents
from apps.ledger.models import Version

Document = dict[str, Any]


class KnownRecords:
    """The records of a type with some slugs, read in one pass over the slugs.

    Attributes:
        versions: the newest version of each, by slug; none for what never was.
        merged: the slug of the record into which it was merged, by slug.
        texts: the documents of those that are published, or drafts, as JSON by slug.
        hidden: slugs of those of which the account may not know what they say: drafts of others.
    """

    def __init__(
        self,
        model: type[Record],
        slugs: Iterable[str],
        user: Account | None = None,
        locks: bool = False,
    ) -> None:
        """Read them; with `locks` nobody else changes them until the transaction ends."""
        self.model, self.user = model, user
        self.versions: dict[str, int] = {}
        self.merged: dict[str, str | None] = {}
        self.texts: dict[str, str] = {}
        self.hidden: set[str] = set()
        for chunk in split_for_queries(slugs):
            if locks:
                lock_slugs(model, chunk)
            # The versions first: who changes a record from here on is noticed by them.
            self.read_versions(chunk)
            self.read_documents(chunk)

    def read_versions(self, slugs: list[str]) -> None:
        """Read the newest versions, and of those the merges."""
        newest = newest_version_ids(self.model, slugs)
        self.versions.update(newest)
        gone = Version.objects.filter(pk__in=newest.values(), into__isnull=False)
        self.merged.update(gone.values_list("slug", "into"))

    def read_documents(self, slugs: list[str]) -> None:
        """Read what the records say, and which of them the account may see."""
        rows: Any = self.model.objects.filter(slug__in=slugs)
        drafts = []
        readable = rows.exclude(publication=Record.Publication.RETRACTED)
        for pk, slug, document in readable.values_list("pk", "slug", "document"):
            if document is None:
                drafts.append(pk)
            else:
                self.texts[slug] = document
        self.texts.update(
            (record.slug, body) for record, body in render_documents(self.model, drafts)
        )
        if self.user is not None:  # a command, which has no account, sees everything
            seen = rows.visible_to_curator(self.user).values("pk")
            self.hidden.update(rows.exclude(pk__in=seen).values_list("slug", flat=True))

    def stored_document(self, slug: str) -> Document | None:
        """What a record says; None if there is none, or if it was retracted."""
        return orjson.loads(self.texts[slug]) if slug in self.texts else None

    def complete_documents(
        self, contents: FileContents, numbers: Collection[int]
    ) -> list[IncomingDocument]:
        """What the rows with these numbers make of their records."""
        return [
            IncomingDocument(
                self.model,
                contents.complete_document(row, self.stored_document(row.slug)),
                f"row {row.number}",
            )
            for row in contents.rows
            if row.number in numbers
        ]


def newest_version_ids(model: type[Record], slugs: Iterable[str]) -> dict[str, int]:
    """The newest version of each record, by slug; none for what never was."""
    newest: dict[str, int] = {}
    for chunk in split_for_queries(slugs):
        versions = Version.objects.filter(type=model.endpoint(), slug__in=chunk).order_by()
        newest.update(versions.values_list("slug").annotate(newest=Max("pk")))
    return newest


def lock_slugs(model: type[Record], slugs: Iterable[str]) -> None:
    """Let nobody else change these records until the transaction ends."""
    for chunk in split_for_queries(slugs):
        rows = model.objects.select_for_update(no_key=True).filter(slug__in=chunk).order_by("pk")
        list(rows.values_list("pk"))

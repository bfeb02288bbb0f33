"""What stands already: the records that a file names, and those that its rows may refer to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from rest_framework.exceptions import ValidationError

from apps.core.models import Record
from apps.core.permissions import Act
from apps.documents.revisions import permission_check
from apps.documents.writing import (
    IncomingDocument,
    ReferenceResolver,
    render_documents,
    split_for_queries,
)
from apps.ledger.models import Version

Publication = Record.Publication
VersionIds = dict[str, int]


def newest_version_ids(model: type[Record], slugs: Iterable[str]) -> VersionIds:
    """The newest version of each record, by slug; none for what never was."""
    newest: VersionIds = {}
    for chunk in split_for_queries(slugs):
        versions = Version.objects.filter(type=model.endpoint(), slug__in=chunk).order_by()
        newest.update(versions.values_list("slug").annotate(newest=Max("pk")))
    return newest


def survivors_by_slug(versions: VersionIds) -> dict[str, str | None]:
    """The records that were merged into others, and into which."""
    survivors: dict[str, str | None] = {}
    for chunk in split_for_queries(versions.values()):
        gone = Version.objects.filter(pk__in=chunk, into__isnull=False)
        survivors.update(gone.values_list("slug", "into"))
    return survivors


def documents_by_slug(model: type[Record], slugs: Iterable[str]) -> dict[str, str]:
    """The documents of records that are published, or drafts, as JSON by slug."""
    documents: dict[str, str] = {}
    for chunk in split_for_queries(slugs):
        records: Any = model.objects.filter(slug__in=chunk).exclude(
            publication=Publication.RETRACTED
        )
        drafts = []
        for pk, slug, document in records.values_list("pk", "slug", "document"):
            if document is None:
                drafts.append(pk)
            else:
                documents[slug] = document
        documents.update((record.slug, body) for record, body in render_documents(model, drafts))
    return documents


def visible_records(model: type[Record], user: Any) -> Any:
    """The records of which an account may know; a command, which has none, of all."""
    return ReferenceResolver([], user).visible(model)


def hidden_slugs(model: type[Record], slugs: Iterable[str], user: Any) -> set[str]:
    """Slugs of records of which the account may not know what they say: drafts of others."""
    hidden: set[str] = set()
    for chunk in split_for_queries(slugs):
        known = visible_records(model, user).filter(slug__in=chunk).values("pk")
        others: Any = model.objects.filter(slug__in=chunk).exclude(pk__in=known)
        hidden.update(others.values_list("slug", flat=True))
    return hidden


def lock_slugs(model: type[Record], slugs: Iterable[str]) -> None:
    """Let nobody else change these records until the transaction ends."""
    for chunk in split_for_queries(slugs):
        rows = model.objects.select_for_update(no_key=True).filter(slug__in=chunk).order_by("pk")
        list(rows.values_list("pk"))


class PlanResolver(ReferenceResolver):
    """The records that a file's rows may refer to, read without keeping others from writing."""

    locks = False

    def __init__(self, incoming: list[IncomingDocument], user: Any, publishes: bool) -> None:
        self.only_public = publishes and permission_check(user)(Act.PUBLISH)
        self.own = {(document.model, document.slug) for document in incoming}
        super().__init__(incoming, user)

    def get(self, model: type[Record], slug: str) -> Record:
        """The record with this slug; the same object at each call.

        Raises:
            ObjectDoesNotExist: neither the database nor the file has it.
            ValidationError: it is not public, and what is published names only what is.
        """
        record = super().get(model, slug)
        is_own = (model, slug) in self.own
        if self.only_public and not is_own and record.publication != Publication.PUBLISHED:
            raise ValidationError(f"The {model._meta.verbose_name} “{slug}” is not published.")
        return record

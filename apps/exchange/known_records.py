"""What stands already: the records that a file names, and those that its rows may refer to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from rest_framework.exceptions import ValidationError

from apps.core.models import Record
from apps.core.permissions import Act
from apps.documents.revisions import permissions_of
from apps.documents.writing import Incoming, Resolver, bodies, chunks
from apps.ledger.models import Version

Publication = Record.Publication
Bases = dict[str, int]


def bases(model: type[Record], slugs: Iterable[str]) -> Bases:
    """The newest version of each record, by slug; none for what never was."""
    found: Bases = {}
    for chunk in chunks(slugs):
        versions = Version.objects.filter(type=model.endpoint(), slug__in=chunk).order_by()
        found.update(versions.values_list("slug").annotate(newest=Max("pk")))
    return found


def merged(versions: Bases) -> dict[str, str | None]:
    """The records that were merged into others, and into which."""
    found: dict[str, str | None] = {}
    for chunk in chunks(versions.values()):
        gone = Version.objects.filter(pk__in=chunk, into__isnull=False)
        found.update(gone.values_list("slug", "into"))
    return found


def texts(model: type[Record], slugs: Iterable[str]) -> dict[str, str]:
    """The documents of records that are published, or drafts, as JSON by slug."""
    found: dict[str, str] = {}
    for chunk in chunks(slugs):
        records: Any = model.objects.filter(slug__in=chunk).exclude(
            publication=Publication.RETRACTED
        )
        drafts = []
        for pk, slug, document in records.values_list("pk", "slug", "document"):
            if document is None:
                drafts.append(pk)
            else:
                found[slug] = document
        found.update((record.slug, body) for record, body in bodies(model, drafts))
    return found


def visible(model: type[Record], user: Any) -> Any:
    """The records of which an account may know; a command, which has none, of all."""
    return Resolver([], user).visible(model)


def hidden(model: type[Record], slugs: Iterable[str], user: Any) -> set[str]:
    """Slugs of records of which the account may not know what they say: drafts of others."""
    found: set[str] = set()
    for chunk in chunks(slugs):
        known = visible(model, user).filter(slug__in=chunk).values("pk")
        others: Any = model.objects.filter(slug__in=chunk).exclude(pk__in=known)
        found.update(others.values_list("slug", flat=True))
    return found


def lock(model: type[Record], slugs: Iterable[str]) -> None:
    """Let nobody else change these records until the transaction ends."""
    for chunk in chunks(slugs):
        rows = model.objects.select_for_update(no_key=True).filter(slug__in=chunk).order_by("pk")
        list(rows.values_list("pk"))


class Standing(Resolver):
    """The records that a file's rows may refer to, read without keeping others from writing."""

    locks = False

    def __init__(self, incoming: list[Incoming], user: Any, publishes: bool) -> None:
        self.only_public = publishes and permissions_of(user)(Act.PUBLISH)
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

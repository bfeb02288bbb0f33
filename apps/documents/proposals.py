"""A document that waits, shown in the ordinary form: laid over the tables for one transaction.

The form of a proposal is the record's own form. While a request lasts, the proposed document
stands in the tables; then the transaction is undone, or the form's own save takes over. Rows that
this makes have negative keys, the same at each call, so that a form finds the rows it was shown.
"""

from typing import Any

import orjson
from django.db.models import Q

from apps.core.models import Record, record_models
from apps.documents.differences import Divergence, divergences, merged
from apps.documents.faults import Fault, RefusedError
from apps.documents.incoming import Incoming
from apps.documents.references import Resolver
from apps.documents.serializers import serializer_class
from apps.documents.writing import faults_of
from apps.ledger.models import Proposal, Version

TAKEN = "Another record of this type has this slug."
Sides = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def standing(proposal: Proposal, user: Any = None) -> Version | None:
    """The newest version of the record that a proposal would change, as far as `user` sees."""
    versions = Version.objects.filter(type=proposal.type, slug=proposal.slug)
    if user is not None and is_taken(proposal, user):
        versions = versions.filter(Q(is_public=True) | Q(revision__user=user))
    return versions.order_by("-revision__id").first()


def is_taken(proposal: Proposal, user: Any) -> bool:
    """Whether a draft, which `user` may not see, has the slug of a proposal."""
    records: Any = record_models()[proposal.type]._default_manager.filter(slug=proposal.slug)
    return records.exists() and not records.seen_at_the_desk_of(user).exists()


def three_sides(proposal: Proposal, user: Any = None) -> Sides:
    """The document a proposal began with, the one that stands now, and the proposed one."""
    base = proposal.base.document if proposal.base else None
    now = standing(proposal, user)
    theirs = now.document if now else None
    return orjson.loads(base or "{}"), orjson.loads(theirs or "{}"), orjson.loads(proposal.document)


def divergences_of(proposal: Proposal, user: Any = None) -> list[Divergence]:
    """What the record and the proposal changed since they were alike, as far as `user` sees."""
    return divergences(*three_sides(proposal, user))


def document_of(proposal: Proposal, user: Any = None) -> dict[str, Any]:
    """The proposed document, on top of what others changed meanwhile, as far as `user` sees."""
    return merged(*three_sides(proposal, user)) | {"slug": proposal.slug}


def lay_over(proposal: Proposal) -> Record:
    """Put the document into the tables; for a transaction that is undone or saved over.

    Raises:
        RefusedError: it can no longer be read as a record of its type, or another's draft
            has its slug.
    """
    model, author = record_models()[proposal.type], proposal.author
    if is_taken(proposal, author):
        raise RefusedError([Fault("", proposal.slug, "slug", TAKEN)])
    incoming = Incoming(model, document_of(proposal, author))
    resolver = Resolver([incoming], author)
    record = resolver.get(model, proposal.slug)
    serializer = serializer_class(model)(context={"resolver": resolver, "seen": {}})
    if faults := faults_of(serializer, record, incoming):
        raise RefusedError(faults)
    if record.pk is None:
        record.pk = -proposal.pk
        record.publication = Record.Publication.PUBLISHED
        record.save(force_insert=True)
    else:
        record.save()
    for name in serializer.lists():
        _lay_list_over(record, name)
    return record


def _lay_list_over(record: Record, name: str) -> None:
    rows = record.__dict__["_prefetched_objects_cache"].pop(name)
    part: Any = type(record).parts().get(name)
    if part is None:
        getattr(record, name).set(rows)
        return
    part.objects.filter(record=record).delete()
    for position, row in enumerate(rows, start=1):
        row.pk, row.record = -(abs(record.pk) * 1000 + position), record
    part.objects.bulk_create(rows)

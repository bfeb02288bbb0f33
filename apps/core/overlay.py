"""A document that waits, shown in the ordinary form: laid over the tables for one transaction.

The form of a proposal is the record's own form. While a request lasts, the proposed document
stands in the tables; then the transaction is undone, or the form's own save takes over. Rows that
this makes have negative keys, the same at each call, so that a form finds the rows it was shown.
"""

from typing import Any

import orjson

from apps.core.catalogue import record_models, serializer_class
from apps.core.differences import Divergence, divergences, merged
from apps.core.documents import DocumentsRefusedError, Incoming, Resolver, faults_of
from apps.core.models import Record
from apps.ledger.models import Proposal, Version


def standing(proposal: Proposal) -> Version | None:
    """The newest version of the record that a proposal would change."""
    return (
        Version.objects.filter(type=proposal.type, slug=proposal.slug)
        .order_by("-revision__id")
        .first()
    )


def three_sides(proposal: Proposal) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The document a proposal began with, the one that stands now, and the proposed one."""
    base = proposal.base.document if proposal.base else None
    now = standing(proposal)
    theirs = now.document if now else None
    return orjson.loads(base or "{}"), orjson.loads(theirs or "{}"), orjson.loads(proposal.document)


def divergences_of(proposal: Proposal) -> list[Divergence]:
    """What the record and the proposal changed since they were alike."""
    return divergences(*three_sides(proposal))


def document_of(proposal: Proposal) -> dict[str, Any]:
    """The proposed document, on top of what others changed meanwhile."""
    return merged(*three_sides(proposal)) | {"slug": proposal.slug}


def lay_over(proposal: Proposal) -> Record:
    """Put the document into the tables; for a transaction that is undone or saved over.

    Raises:
        DocumentsRefusedError: it can no longer be read as a record of its type.
    """
    model = record_models()[proposal.type]
    incoming = Incoming(model, document_of(proposal))
    resolver = Resolver([incoming])
    record = resolver.get(model, proposal.slug)
    serializer = serializer_class(model)(context={"resolver": resolver, "seen": {}})
    if faults := faults_of(serializer, record, incoming):
        raise DocumentsRefusedError(faults)
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

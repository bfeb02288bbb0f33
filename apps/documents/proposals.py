"""A document that waits, shown in the ordinary form: laid over the tables for one transaction.

The form of a proposal is the record's own form. While a request lasts, the proposed document
stands in the tables; then the transaction is undone, or the form's own save takes over. Rows that
this makes have negative keys, the same at each call, so that a form finds the rows it was shown.
"""

from typing import Any

import orjson
from django.db.models import Q

from apps.core.models import Record, record_models
from apps.core.permissions import Account
from apps.documents.differences import Divergence, find_divergences, merge_three_ways
from apps.documents.faults import Fault, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.references import ReferenceResolver
from apps.documents.serializers import serializer_class
from apps.documents.writing import validate_document
from apps.ledger.models import Proposal, Version

SLUG_TAKEN = "Another record of this type has this slug."
ThreeSides = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def newest_visible_version(proposal: Proposal, user: Account | None = None) -> Version | None:
    """The newest version of the record that a proposal would change, as far as `user` sees."""
    versions = Version.objects.filter(type=proposal.type, slug=proposal.slug)
    if user is not None and is_slug_taken(proposal, user):
        versions = versions.filter(Q(is_public=True) | Q(revision__user=user))
    return versions.order_by("-revision__id").first()


def is_slug_taken(proposal: Proposal, user: Account) -> bool:
    """Whether a draft, which `user` may not see, has the slug of a proposal."""
    records: Any = record_models()[proposal.type]._default_manager.filter(slug=proposal.slug)
    return records.exists() and not records.visible_to_curator(user).exists()


def base_current_and_proposed(proposal: Proposal, user: Account | None = None) -> ThreeSides:
    """The document a proposal began with, the one that stands now, and the proposed one."""
    base = proposal.base.document if proposal.base else None
    now = newest_visible_version(proposal, user)
    theirs = now.document if now else None
    return orjson.loads(base or "{}"), orjson.loads(theirs or "{}"), orjson.loads(proposal.document)


def proposal_divergences(proposal: Proposal, user: Account | None = None) -> list[Divergence]:
    """What the record and the proposal changed since they were alike, as far as `user` sees."""
    return find_divergences(*base_current_and_proposed(proposal, user))


def proposal_document(proposal: Proposal, user: Account | None = None) -> dict[str, Any]:
    """The proposed document, on top of what others changed meanwhile, as far as `user` sees."""
    return merge_three_ways(*base_current_and_proposed(proposal, user)) | {"slug": proposal.slug}


def write_provisionally(proposal: Proposal) -> Record:
    """Put the document into the tables; for a transaction that is undone or saved over.

    Raises:
        RefusedError: it can no longer be read as a record of its type, or another's draft
            has its slug.
    """
    model, author = record_models()[proposal.type], proposal.author
    if is_slug_taken(proposal, author):
        raise RefusedError([Fault("", proposal.slug, "slug", SLUG_TAKEN)])
    incoming = IncomingDocument(model, proposal_document(proposal, author))
    resolver = ReferenceResolver([incoming], author)
    record = resolver.get(model, proposal.slug)
    serializer = serializer_class(model)(context={"resolver": resolver, "seen": {}})
    if faults := validate_document(serializer, record, incoming):
        raise RefusedError(faults)
    if record.pk is None:
        record.pk = -proposal.pk
        record.publication = Record.Publication.PUBLISHED
        record.save(force_insert=True)
    else:
        record.save()
    for name in serializer.list_names():
        _write_list_provisionally(record, name)
    return record


def _write_list_provisionally(record: Record, name: str) -> None:
    rows = record.__dict__["_prefetched_objects_cache"].pop(name)
    part: Any = type(record).parts().get(name)
    if part is None:
        getattr(record, name).set(rows)
        return
    part.objects.filter(record=record).delete()
    for position, row in enumerate(rows, start=1):
        row.pk, row.record = -(abs(record.pk) * 1000 + position), record
    part.objects.bulk_create(rows)

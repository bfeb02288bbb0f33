"""Whether the ledger says the same as what stands beside it: the number and the records."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from apps.core.models import Record, record_models
from apps.documents import writing as documents
from apps.ledger.models import Dataset, Revision, Version


def newest_revision_number() -> int:
    """The greatest number in the ledger; 0 before anything was published."""
    return Revision.objects.aggregate(newest=Max("number"))["newest"] or 0


def number_faults() -> Iterator[str]:
    """What is wrong with the dataset's number, held against the ledger's."""
    number, newest = Dataset.current_revision(), newest_revision_number()
    if number < newest:
        yield f"The dataset's number is {number}, and the ledger goes on to revision {newest}."
    if number > newest:
        yield f"The dataset's number is {number}, and the ledger ends at revision {newest}."
    count = Revision.objects.aggregate(count=Count("number"))["count"]
    if count != newest:
        yield f"Of the revisions 1 to {newest} the ledger holds {count}."


def raise_number() -> int:
    """Set the dataset's number to the ledger's newest; it is never lowered."""
    newest = newest_revision_number()
    dataset, _ = Dataset.objects.get_or_create(pk=1)
    Dataset.objects.filter(pk=1, number__lt=newest).update(number=newest)
    return max(newest, dataset.number)


def records_that_differ() -> Iterator[Record]:
    """Records whose stored document is not what their tables say."""
    for model in record_models().values():
        for record, body in documents.render_documents(
            model, model.objects.values_list("pk", flat=True)
        ):
            if record.publication == Record.Publication.PUBLISHED:
                is_right = documents.is_current_document(record, body)
            else:
                is_right = record.document is None
            if not is_right:
                yield record


def history_faults() -> Iterator[str]:
    """Records that are not as the ledger last showed them to readers."""
    for endpoint, model in record_models().items():
        for slug in differing_slugs(model):
            yield f"{endpoint}/{slug}: the record is not what its newest version is."
        known = model._default_manager.values("slug")
        public = Version.objects.public().filter(type=endpoint).exclude(slug__in=known)
        for slug in public.order_by("slug").values_list("slug", flat=True).distinct():
            yield f"{endpoint}/{slug}: the ledger has it, and no record is there."


def differing_slugs(model: type[Record]) -> Iterator[str]:
    """Slugs of records whose document is not that of their newest public version."""
    versions = Version.objects.public().filter(type=model.endpoint(), slug=OuterRef("slug"))
    newest = Subquery(versions.order_by("-revision__number").values("document")[:1])
    differs = (
        Q(document__isnull=True, newest__isnull=False)
        | Q(document__isnull=False, newest__isnull=True)
        | Q(document__isnull=False, newest__isnull=False) & ~Q(document=F("newest"))
    )
    records = model._default_manager.alias(newest=newest).filter(differs)
    yield from records.order_by("slug").values_list("slug", flat=True)

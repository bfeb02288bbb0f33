"""What each row of a file would do, and every reason why it cannot."""

from collections.abc import Iterator
from typing import Any

import orjson
from rest_framework.exceptions import ValidationError

from apps.core.models import Record
from apps.core.permissions import Account, Act
from apps.documents.differences import find_differences
from apps.documents.faults import Fault
from apps.documents.incoming import IncomingDocument
from apps.documents.references import ReferenceResolver
from apps.documents.revisions import permission_check
from apps.documents.serializers import serializer_class
from apps.documents.writing import is_current_document, render_document, validate_document
from apps.exchange.known_records import Document, KnownRecords
from apps.exchange.models import RowOutcome
from apps.formats.contents import FileContents, FileRow
from apps.formats.rows import LOCATOR_KEYS

PlanEntry = dict[str, Any]
Publication = Record.Publication
CITATION_MISSING = "A published record cites a source."
RECORD_GONE = "There is no such record any more; it may have been retracted."
SLUG_TAKEN = "Another record of this type has this slug."
DRAFT_PUBLISHED = "A draft has this slug: it is changed and published."
DRAFT_KEPT = "This is a draft, and stays one."


class RowChecker:
    """Looks at the rows of a file one by one; remembers what the later ones must not repeat."""

    def __init__(self, contents: FileContents, known: KnownRecords, user: Account | None) -> None:
        self.model, self.contents, self.known = known.model, contents, known
        self.created: dict[int, Document] = {}  # what is new, by row
        self.first_rows: dict[str, int] = {}  # the row in which a slug stood first
        self.unread: dict[int, list[Fault]] = {}
        for fault in contents.faults:
            faults = self.unread.setdefault(fault.row, [])
            faults.append(Fault("", "", fault.column, fault.reason))
        self.records = PlanResolver(self.model, contents, user)
        context = {"resolver": self.records, "seen": {}}
        self.serializer = serializer_class(self.model)(context=context)

    def plan_row(self, row: FileRow) -> PlanEntry:
        """What becomes of a row, as the plan keeps it."""
        faults = [*self.unread.get(row.number, ()), *self.early_faults(row)]
        entry: PlanEntry = {"row": row.number, "slug": row.slug, "outcome": RowOutcome.ERROR}
        if not faults:
            entry |= self.row_outcome(row, faults)
        if faults:
            entry["outcome"] = RowOutcome.ERROR
        entry["faults"] = [self.contents.fault_by_column(fault) for fault in faults]
        return entry

    def early_faults(self, row: FileRow) -> Iterator[Fault]:
        """What is wrong with a row whatever it says of its record."""
        first = self.first_rows.setdefault(row.slug, row.number)
        if row.slug and first != row.number:
            yield Fault("", "", "slug", f"The slug stands already in row {first}.")
        if into := self.known.merged.get(row.slug):
            yield Fault("", "", "slug", f"This record was merged into “{into}”.")
        is_known = row.slug in self.known.texts
        if row.slug in self.known.hidden:
            yield Fault("", "", "slug", SLUG_TAKEN)
        elif self.contents.edit and not is_known:
            yield Fault("", "", "slug", RECORD_GONE)
        elif self.contents.headers is not None and is_known:
            yield from self.lost_value_faults(row, self.known.stored_document(row.slug) or {})

    def lost_value_faults(self, row: FileRow, current: Document) -> Iterator[Fault]:
        """Values in the lists that the file replaces, for which it has no column."""
        headers = self.contents.headers or []
        for name in self.model.parts():
            if name in self.contents.stated_keys(row):
                held = {key for part in current[name] for key in part if part[key] is not None}
                if name == "citations" and name in headers:
                    held -= set(LOCATOR_KEYS)
                for key in sorted(key for key in held if f"{name}.{key}" not in headers):
                    reason = f"The record has such values; a list comes with {key}, or not at all."
                    yield Fault("", "", f"{name}.{key}", reason)

    def row_outcome(self, row: FileRow, faults: list[Fault]) -> PlanEntry:
        """What a row makes of its record; adds what is wrong to `faults`."""
        record, publishes = self.records.get(self.model, row.slug), self.contents.publishes
        current = self.known.stored_document(row.slug)
        document = self.contents.complete_document(row, current)
        if refused := self.document_faults(record, document):
            faults += refused
            return {}
        is_public = publishes or record.publication == Publication.PUBLISHED
        if is_public and not record.__dict__["_prefetched_objects_cache"]["citations"]:
            faults.append(Fault("", "", "citations", CITATION_MISSING))
        notes = list(row_notes(row, record, publishes))
        if current is None:
            self.created[row.number] = document
            return {"outcome": RowOutcome.CREATE, "notes": notes}
        made = render_document(self.serializer, record)
        if is_current_document(record, made) or (
            made == self.known.texts[row.slug] and not publishes
        ):
            return {"outcome": RowOutcome.UNCHANGED}
        changes = [
            {"field": change.field, "before": change.before, "after": change.after}
            for change in find_differences(current, orjson.loads(made))
        ]
        return {"outcome": RowOutcome.UPDATE, "differences": changes, "notes": notes}

    def document_faults(self, record: Record, document: Document) -> list[Fault]:
        """Why a document is no record of its type.

        What is wrong with single values keeps the serializer from looking at the rest: it is
        asked again without them.
        """
        faults = validate_document(self.serializer, record, IncomingDocument(self.model, document))
        if faults:
            wrong = {top_key(fault) for fault in faults}
            rest = {key: value for key, value in document.items() if key not in wrong}
            self.serializer.partial = True
            more = validate_document(self.serializer, record, IncomingDocument(self.model, rest))
            self.serializer.partial = False
            faults += (fault for fault in more if top_key(fault) in rest)
        return faults


def top_key(fault: Fault) -> str:
    """The document's key below which a fault is."""
    return fault.path.partition("[")[0].partition(".")[0]


def row_notes(row: FileRow, record: Record, publishes: bool) -> Iterator[str]:
    """What whoever applies a row should know."""
    if record.pk and record.publication == Publication.DRAFT:
        yield DRAFT_PUBLISHED if publishes else DRAFT_KEPT
    if record.pk and record.publication == Publication.RETRACTED:
        yield "This record was retracted: it is published again."
    if record.document and row.revision is not None and row.revision < (record.revision or 0):
        yield (
            f"The file has the record as of revision {row.revision}; since then it was changed, in"
            f" revision {record.revision}."
        )


class PlanResolver(ReferenceResolver):
    """The records that a file's rows may refer to, read without keeping others from writing."""

    locks = False

    def __init__(self, model: type[Record], contents: FileContents, user: Account | None) -> None:
        self.only_public = contents.publishes and permission_check(user)(Act.PUBLISH)
        self.own = {(model, row.slug) for row in contents.rows}
        super().__init__([IncomingDocument(model, row.given) for row in contents.rows], user)

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

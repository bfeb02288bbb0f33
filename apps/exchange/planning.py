"""The plan of an import: what each row would do, and every reason why it cannot.

Nothing is written. Rows are checked one by one, while others go on working. A file without faults
is then rehearsed: taken over in a transaction that is undone, which shows what only the tables
and the gate can tell. Of a long file that is left to the moment when it is applied: a rehearsal
keeps others from writing for as long.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from apps.core.models import Record
from apps.documents.acts import perform_act
from apps.documents.differences import find_differences
from apps.documents.faults import Fault
from apps.documents.serializers import serializer_class
from apps.documents.writing import (
    IncomingDocument,
    is_current_document,
    render_document,
    validate_document,
)
from apps.exchange.duplicates import likely_duplicates_by_row
from apps.exchange.known_records import (
    PlanResolver,
    documents_by_slug,
    hidden_slugs,
    newest_version_ids,
    survivors_by_slug,
)
from apps.exchange.models import WRITING_OUTCOMES, Batch, RowOutcome
from apps.exchange.taking import complete_document, fault_by_column, write_rows
from apps.formats.contents import FileContents, FileRow, load_contents
from apps.formats.rows import LOCATOR_KEYS

Document = dict[str, Any]
PlanEntry = dict[str, Any]
Publication = Record.Publication
MAX_REHEARSED_ROWS = 1_000  # rows, at most
CITATION_MISSING = "A published record cites a source."
RECORD_GONE = "There is no such record any more; it may have been retracted."
SLUG_TAKEN = "Another record of this type has this slug."
DRAFT_PUBLISHED = "A draft has this slug: it is changed and published."
DRAFT_KEPT = "This is a draft, and stays one."
FOR_REVIEW = "This account may only propose: applying hands in a proposal for each row."


def plan_batch(batch: Batch, user: Any, progress: Any = iter) -> Batch:
    """Fill in what a batch would do if `user` applied it now; the caller saves it."""
    contents = load_contents(batch.contents)
    check = RowChecker(batch.model, contents, user)
    entries = [check.entry(row) for row in progress(contents.rows)]
    mark_duplicates(entries, likely_duplicates_by_row(batch.model, check.created))
    plan: Document = {"bases": check.bases, "entries": entries, "faults": [], "note": ""}
    numbers = [entry["row"] for entry in entries if entry["outcome"] in WRITING_OUTCOMES]
    if len(numbers) <= MAX_REHEARSED_ROWS and not any(entry["faults"] for entry in entries):
        faults, plan["note"] = rehearse_rows(batch, contents, numbers, user)
        add_late_faults(contents, plan, faults)
    return store_plan(batch, plan)


def store_plan(batch: Batch, plan: Document) -> Batch:
    """Write a plan into its batch, with what follows from it."""
    counts = Counter(entry["outcome"] for entry in plan["entries"])
    plan["counts"] = {outcome: counts[outcome] for outcome in RowOutcome.values}
    labels = [
        f"{n} {RowOutcome(outcome).label.lower()}" for outcome, n in plan["counts"].items() if n
    ]
    batch.summary = ", ".join(labels)
    head = {key: value for key, value in plan.items() if key != "entries"}
    batch.plan = "\n".join(orjson.dumps(line).decode() for line in (head, *plan["entries"]))
    batch.release()
    is_refused = plan["faults"] or counts[RowOutcome.ERROR]
    batch.state = Batch.State.REFUSED if is_refused else Batch.State.PLANNED
    return batch


def add_late_faults(contents: FileContents, plan: Document, faults: list[Fault]) -> None:
    """Enter what was found late at the rows of which it was found."""
    by_slug = {entry["slug"]: entry for entry in plan["entries"]}
    for fault in faults:
        if entry := by_slug.get(fault.slug):
            entry["outcome"] = RowOutcome.ERROR
            entry["faults"].append(fault_by_column(contents, fault))
        else:
            plan["faults"].append(str(fault))


def rehearse_rows(
    batch: Batch, contents: FileContents, numbers: list[int], user: Any
) -> tuple[list[Fault], str]:
    """What would keep these rows from being taken over, and what would become of them instead."""
    outcome = perform_act(
        lambda opened: write_rows(batch.model, contents, numbers, opened),
        user=user,
        reason="Rehearsal",
        origin=batch.origin,
        rehearse=True,
    )
    return list(outcome.faults), FOR_REVIEW if outcome.proposals else ""


def mark_duplicates(entries: list[PlanEntry], alike: dict[int, list[str]]) -> None:
    """Say of new records which others they may be."""
    for entry in entries:
        if entry["outcome"] == RowOutcome.CREATE and entry["row"] in alike:
            entry["outcome"] = RowOutcome.DUPLICATE
            entry["alike"] = alike[entry["row"]]


class RowChecker:
    """Looks at the rows of a file one by one; remembers what the later ones must not repeat."""

    def __init__(self, model: type[Record], contents: FileContents, user: Any) -> None:
        slugs = [row.slug for row in contents.rows]
        self.model, self.contents = model, contents
        # First of all: who changes a record from here on is noticed when the plan is applied.
        self.bases = newest_version_ids(model, slugs)
        self.merged, self.hidden = survivors_by_slug(self.bases), hidden_slugs(model, slugs, user)
        self.texts = documents_by_slug(model, slugs)
        self.created: dict[int, Document] = {}  # what is new, by row
        self.first: dict[str, int] = {}  # the row in which a slug stood first
        self.unread: dict[int, list[Fault]] = {}
        for fault in contents.faults:
            faults = self.unread.setdefault(fault.row, [])
            faults.append(Fault("", "", fault.column, fault.reason))
        own = [IncomingDocument(model, row.given) for row in contents.rows]
        self.standing = PlanResolver(own, user, contents.publishes)
        context = {"resolver": self.standing, "seen": {}}
        self.serializer = serializer_class(model)(context=context)

    def entry(self, row: FileRow) -> PlanEntry:
        """What becomes of a row, as the plan keeps it."""
        faults = [*self.unread.get(row.number, ()), *self.early(row)]
        entry: PlanEntry = {"row": row.number, "slug": row.slug, "outcome": RowOutcome.ERROR}
        if not faults:
            entry |= self.outcome(row, faults)
        if faults:
            entry["outcome"] = RowOutcome.ERROR
        entry["faults"] = [fault_by_column(self.contents, fault) for fault in faults]
        return entry

    def early(self, row: FileRow) -> Iterator[Fault]:
        """What is wrong with a row whatever it says."""
        first = self.first.setdefault(row.slug, row.number)
        if row.slug and first != row.number:
            yield Fault("", "", "slug", f"The slug stands already in row {first}.")
        if into := self.merged.get(row.slug):
            yield Fault("", "", "slug", f"This record was merged into “{into}”.")
        if row.slug in self.hidden:
            yield Fault("", "", "slug", SLUG_TAKEN)
        elif self.contents.edit and row.slug not in self.texts:
            yield Fault("", "", "slug", RECORD_GONE)
        elif self.contents.headers is not None and row.slug in self.texts:
            yield from self.lost(row, orjson.loads(self.texts[row.slug]))

    def lost(self, row: FileRow, current: Document) -> Iterator[Fault]:
        """Values in the lists that the file replaces, for which it has no column."""
        headers = self.contents.headers or []
        for name in self.model.parts():
            if name in self.contents.named(row):
                held = {key for part in current[name] for key in part if part[key] is not None}
                if name == "citations" and name in headers:
                    held -= set(LOCATOR_KEYS)
                for key in sorted(key for key in held if f"{name}.{key}" not in headers):
                    reason = f"The record has such values; a list comes with {key}, or not at all."
                    yield Fault("", "", f"{name}.{key}", reason)

    def outcome(self, row: FileRow, faults: list[Fault]) -> PlanEntry:
        """What a row makes of its record; adds what is wrong to `faults`."""
        record = self.standing.get(self.model, row.slug)
        said = self.texts.get(row.slug)
        current = orjson.loads(said) if said else None
        document = complete_document(self.contents, row, current)
        if refused := self.refusals(record, document):
            faults += refused
            return {}
        publishes = self.contents.publishes
        is_public = publishes or record.publication == Publication.PUBLISHED
        if is_public and not record.__dict__["_prefetched_objects_cache"]["citations"]:
            faults.append(Fault("", "", "citations", CITATION_MISSING))
        notes = list(row_notes(row, record, publishes))
        if current is None:
            self.created[row.number] = document
            return {"outcome": RowOutcome.CREATE, "notes": notes}
        made = render_document(self.serializer, record)
        if is_current_document(record, made) or (made == said and not publishes):
            return {"outcome": RowOutcome.UNCHANGED}
        changes = [
            {"field": difference.field, "before": difference.before, "after": difference.after}
            for difference in find_differences(current, orjson.loads(made))
        ]
        return {"outcome": RowOutcome.UPDATE, "differences": changes, "notes": notes}

    def refusals(self, record: Record, document: Document) -> list[Fault]:
        """Why a document is no record of its type.

        What is wrong with single values keeps the serializer from looking at the rest: it is
        asked again without them.
        """
        faults = self.validated(record, document)
        if faults:
            wrong = {top_key(fault) for fault in faults}
            rest = {key: value for key, value in document.items() if key not in wrong}
            self.serializer.partial = True
            more = self.validated(record, rest)
            self.serializer.partial = False
            faults += (fault for fault in more if top_key(fault) in rest)
        return faults

    def validated(self, record: Record, document: Document) -> list[Fault]:
        """What the serializer says of a document."""
        return validate_document(self.serializer, record, IncomingDocument(self.model, document))


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

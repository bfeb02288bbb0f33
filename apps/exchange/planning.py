"""The plan of an import: what each row would do, and every reason why it cannot.

Nothing is written. Rows are checked one by one, while others go on working. A file without faults
is then rehearsed: taken over in a transaction that is undone, which shows what only the tables
and the gate can tell. Of a long file that is left to the moment when it is applied: a rehearsal
keeps others from writing for as long.
"""

from collections.abc import Iterable, Mapping

from apps.core.models import Record
from apps.core.permissions import Account
from apps.core.querysets import split_for_queries
from apps.documents.acts import perform_act
from apps.documents.faults import Fault
from apps.documents.writing import Progress, write_documents
from apps.exchange.known_records import Document, KnownRecords
from apps.exchange.models import WRITING_OUTCOMES, Batch, RowOutcome
from apps.exchange.row_checks import PlanEntry, RowChecker
from apps.formats.contents import FileContents, load_contents
from apps.merging.duplicates import likely_duplicates
from apps.search.models import Entry
from apps.search.words import folded_words

MAX_REHEARSED_ROWS = 1_000  # rows, at most
FOR_REVIEW = "This account may only propose: applying hands in a proposal for each row."
MAX_COMPARED_ROWS = 200  # new records that are compared as a whole; of others, only the names
MAX_SHOWN_MATCHES = 5  # records that a row is like


def plan_batch(batch: Batch, user: Account | None, progress: Progress = iter) -> Batch:
    """Fill in what a batch would do if `user` applied it now; the caller saves it."""
    contents = load_contents(batch.contents)
    known = KnownRecords(batch.model, (row.slug for row in contents.rows), user)
    checks = RowChecker(contents, known, user)
    entries = [checks.plan_row(row) for row in progress(contents.rows)]
    mark_duplicates(batch.model, entries, checks.created)
    planned: Document = {"bases": known.versions, "entries": entries, "faults": [], "note": ""}
    numbers = {entry["row"] for entry in entries if entry["outcome"] in WRITING_OUTCOMES}
    if len(numbers) <= MAX_REHEARSED_ROWS and not any(entry["faults"] for entry in entries):
        documents = known.complete_documents(contents, numbers)
        outcome = perform_act(
            lambda opened: write_documents(documents, opened, publishes=contents.publishes),
            user=user,
            reason="Rehearsal",
            origin=batch.origin,
            rehearse=True,
        )
        planned["note"] = FOR_REVIEW if outcome.proposals else ""
        add_late_faults(contents, planned, outcome.faults)
    batch.set_plan(planned)
    return batch


def mark_duplicates(
    model: type[Record], entries: list[PlanEntry], created: Mapping[int, Document]
) -> None:
    """Say of new records which others they may be, in the tables or in the file, and why."""
    alike: dict[int, dict[str, str]] = {row: {} for row in created}
    for row in list(created)[:MAX_COMPARED_ROWS]:
        for match in likely_duplicates(model, created[row], MAX_SHOWN_MATCHES):
            alike[row][match.slug] = f"{match.slug} ({'; '.join(match.reasons)})"
    for row, slugs in same_names_by_row(model, created).items():
        for slug in slugs:
            alike[row].setdefault(slug, f"{slug} (same name)")
    for entry in entries:
        if entry["outcome"] == RowOutcome.CREATE and (texts := alike.get(entry["row"])):
            entry["outcome"] = RowOutcome.DUPLICATE
            entry["alike"] = list(texts.values())[:MAX_SHOWN_MATCHES]


def same_names_by_row(model: type[Record], created: Mapping[int, Document]) -> dict[int, list[str]]:
    """The slugs of records, and of other rows, with the very name of a new document, by its row."""
    names = {
        row: folded_words([str(document.get(model.label_field) or "")])
        for row, document in created.items()
    }
    slugs_by_name: dict[str, list[str]] = {name: [] for name in names.values() if name}
    entries = Entry.objects.filter(type=model.endpoint()).order_by("slug")
    for chunk in split_for_queries(slugs_by_name):
        same = entries.filter(label_words__in=chunk)
        for name, slug in same.values_list("label_words", "slug"):
            slugs_by_name[name].append(slug)
    for row, name in names.items():
        if name:
            slugs_by_name[name].append(created[row]["slug"])
    return {
        row: [slug for slug in slugs_by_name[name] if slug != created[row]["slug"]]
        for row, name in names.items()
        if name
    }


def add_late_faults(contents: FileContents, planned: Document, faults: Iterable[Fault]) -> None:
    """Enter what came out late at the rows of which it is."""
    by_slug = {entry["slug"]: entry for entry in planned["entries"]}
    for fault in faults:
        if entry := by_slug.get(fault.slug):
            entry["outcome"] = RowOutcome.ERROR
            entry["faults"].append(contents.fault_by_column(fault))
        else:
            planned["faults"].append(str(fault))

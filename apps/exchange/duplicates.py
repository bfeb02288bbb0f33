"""Whether what is new may be something known, or the same as another row of its file."""

from collections.abc import Mapping
from typing import Any

from apps.core.models import Record
from apps.documents.writing import split_for_queries
from apps.merging.duplicates import likely_duplicates
from apps.search.models import Entry
from apps.search.words import folded_words

Document = dict[str, Any]

MAX_COMPARED_ROWS = (
    200  # new records that are compared with what is known; of others, only the names
)
MAX_SHOWN_MATCHES = 5  # records that a row is like


def likely_duplicates_by_row(
    model: type[Record], created: Mapping[int, Document]
) -> dict[int, list[str]]:
    """The records that new documents may be, with the reasons, by the number of their row."""
    matches: dict[int, dict[str, str]] = {row: {} for row in created}
    for row in list(created)[:MAX_COMPARED_ROWS]:
        for match in likely_duplicates(model, created[row], MAX_SHOWN_MATCHES):
            matches[row][match.slug] = f"{match.slug} ({'; '.join(match.reasons)})"
    for row, slugs in same_names_by_row(model, created).items():
        for slug in slugs:
            matches[row].setdefault(slug, f"{slug} (same name)")
    return {
        row: list(texts.values())[:MAX_SHOWN_MATCHES] for row, texts in matches.items() if texts
    }


def same_names_by_row(model: type[Record], created: Mapping[int, Document]) -> dict[int, list[str]]:
    """The slugs of records, and of other rows, with the very name of a new document."""
    names = {
        row: folded_words([str(document.get(model.label_field) or "")])
        for row, document in created.items()
    }
    called: dict[str, list[str]] = {name: [] for name in names.values() if name}
    entries = Entry.objects.filter(type=model.endpoint()).order_by("slug")
    for chunk in split_for_queries(called):
        same = entries.filter(label_words__in=chunk)
        for name, slug in same.values_list("label_words", "slug"):
            called[name].append(slug)
    for row, name in names.items():
        if name:
            called[name].append(created[row]["slug"])
    return {
        row: [slug for slug in called[name] if slug != created[row]["slug"]]
        for row, name in names.items()
        if name
    }

"""Likely duplicates: records that may be the same thing under another name.

The search index and the tables propose a few candidates; how like they are is counted in
resemblance.py. What somebody said is not a duplicate is not named again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q
from django.db.models.functions import Length

from apps.core import dates
from apps.core.models import Record
from apps.merging.models import NotDuplicate
from apps.merging.similarity import (
    Document,
    compare_documents,
    compared_fields,
    document_names,
    external_id_pairs,
    significant_words,
)
from apps.search.engines import current_engine
from apps.search.models import Entry
from apps.search.similar import similar_entries
from apps.search.words import SearchQuery

MIN_DUPLICATE_SCORE = 0.6  # less is not worth a curator's time
MAX_COMPARED_NAMES = 6  # names of a document that are looked up
MAX_MISSPELT_NAMES = 2  # of these, names of which other spellings are looked up
MAX_CANDIDATES = 20  # candidates by each way of looking
MAX_NAME_WORDS = 8  # of a name
MIN_WORDS_OF_LONG_NAME = 3  # words of a name that tell enough if one of them is left out


@dataclass(frozen=True)
class DuplicateMatch:
    """A published record that may be the same as a document, how surely, and why."""

    type: str
    slug: str
    label: str
    score: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.label} ({'; '.join(self.reasons)})"


class LikelyDuplicateError(Exception):
    """A new record may be there already: nothing is written before somebody says that it is not."""

    def __init__(self, record: Record, matches: list[DuplicateMatch]) -> None:
        self.record, self.found = record, matches
        super().__init__("; ".join(map(str, matches)))


def likely_duplicates(
    model: type[Record], document: Document, limit: int = 5
) -> list[DuplicateMatch]:
    """Published records that a whole document may be a duplicate of, the likeliest first.

    The document need not be stored: so look importers, too, before they make a new record.
    """
    own = document.get("slug")
    known = NotDuplicate.objects.known_non_duplicates(model.endpoint(), own) if own else set()
    slugs = candidate_slugs(model, document) - known - {own}
    rows = model._default_manager.published().filter(slug__in=slugs)
    likely = []
    for slug, text in rows.order_by("slug").values_list("slug", "document"):
        other = orjson.loads(text or "{}")
        score, reasons = compare_documents(model, document, other)
        if score >= MIN_DUPLICATE_SCORE:
            label = str(other[model.label_field])
            likely.append(DuplicateMatch(model.endpoint(), slug, label, score, tuple(reasons)))
    return sorted(likely, key=lambda match: (-match.score, match.slug))[:limit]


def candidate_slugs(model: type[Record], document: Document) -> set[str]:
    """Slugs of records that are worth to be compared with a document."""
    slugs = set(slugs_with_similar_name(model, document))
    for condition in (
        same_ids_condition(model, document),
        *same_references_conditions(model, document),
    ):
        if condition:
            rows = model._default_manager.published().filter(condition).order_by("pk")
            slugs.update(rows.values_list("slug", flat=True)[:MAX_CANDIDATES])
    return slugs


def slugs_with_similar_name(model: type[Record], document: Document) -> Iterator[str]:
    """Records with a name like one of the document's, in whatever script or spelling.

    Of three words and more, one may be another or misspelt. For a shorter name that nobody has,
    records with words spelt alike are looked for, which costs ten times as much.
    """
    entries = Entry.objects.filter(type=model.endpoint()).order_by(Length("label_words"), "slug")
    spelt = dict.fromkeys(significant_words(name) for name in document_names(model, document))
    for place, words in enumerate(list(filter(None, spelt))[:MAX_COMPARED_NAMES]):
        same = entries.filter(names_condition(words[:MAX_NAME_WORDS], model.endpoint()))
        slugs = [entry.slug for entry in same[:MAX_CANDIDATES]]  # the shortest, of many with a word
        yield from slugs
        if not slugs and place < MAX_MISSPELT_NAMES and len(words) < MIN_WORDS_OF_LONG_NAME:
            near = similar_entries(SearchQuery.from_text(" ".join(words)), entries.order_by())
            nearest = sorted(near, key=lambda scored: (-scored[0], scored[1].slug))
            yield from (entry.slug for _, entry in nearest[:MAX_CANDIDATES])


def names_condition(words: tuple[str, ...], endpoint: str) -> Q:
    """The condition that an entry's names hold these words; of three and more, all but one."""
    lists = [words]
    if len(words) >= MIN_WORDS_OF_LONG_NAME:
        lists += [words[:place] + words[place + 1 :] for place in range(len(words))]
    any_of_them = Q()
    for some in lists:
        query = SearchQuery(SearchQuery.from_text(" ".join(some)).compounds, is_begun=False)
        any_of_them |= Q(current_engine().match_condition(query, "names", [endpoint]))
    return any_of_them


def same_ids_condition(model: type[Record], document: Document) -> Q:
    """The condition that a record has an external id of the document."""
    part: Any = model.parts()["external_ids"]
    any_id = Q()
    for scheme, value in external_id_pairs(document):
        any_id |= Q(scheme=scheme, value=value)
    return Q(pk__in=part.objects.filter(any_id).values("record")) if any_id else Q()


def same_references_conditions(model: type[Record], document: Document) -> Iterator[Q]:
    """Conditions that a record is of the same others: by its columns; by its lists and a date."""
    fields = compared_fields(model)
    if fields.needed:
        yield Q(**{f"{name}__slug": document.get(name) for name in fields.needed})
    days = Q()
    for name in fields.dates:
        if document.get(name):
            days |= Q(**{f"{name}_earliest": dates.parse_edtf(document[name]).earliest})
    for key, inner in fields.actors:
        slugs = [row[inner] for row in document.get(key) or []]
        if days and slugs:
            part: Any = model.parts()[key]
            rows = part.objects.filter(**{f"{inner}__slug__in": slugs})
            yield Q(pk__in=rows.values("record")) & days

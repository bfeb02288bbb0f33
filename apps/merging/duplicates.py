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
from apps.merging.similarity import Document, fields_of, ids, names, resemblance, telling_words
from apps.search.engines import engine
from apps.search.models import Entry
from apps.search.similar import similar
from apps.search.words import Query

LIKELY = 0.6  # less is not worth a curator's time
MOST_NAMES = 6  # names of a document that are looked up
MOST_MISSPELT = 2  # of these, names of which other spellings are looked up
MOST_FOUND = 20  # candidates by each way of looking
MAX_WORDS = 8  # of a name
LONG = 3  # words of a name that tell enough if one of them is left out


@dataclass(frozen=True)
class Match:
    """A published record that may be the same as a document, how surely, and why."""

    type: str
    slug: str
    label: str
    score: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.label} ({'; '.join(self.reasons)})"


class ResemblesError(Exception):
    """A new record may be there already: nothing is written before somebody says that it is not."""

    def __init__(self, record: Record, matches: list[Match]) -> None:
        self.record, self.found = record, matches
        super().__init__("; ".join(map(str, matches)))


def likely_duplicates(model: type[Record], document: Document, limit: int = 5) -> list[Match]:
    """Published records that a whole document may be a duplicate of, the likeliest first.

    The document need not be stored: so look importers, too, before they make a new record.
    """
    own = document.get("slug")
    known = NotDuplicate.objects.beside(model.endpoint(), own) if own else set()
    slugs = candidates(model, document) - known - {own}
    rows = model._default_manager.published().filter(slug__in=slugs)
    likely = []
    for slug, text in rows.order_by("slug").values_list("slug", "document"):
        other = orjson.loads(text or "{}")
        score, reasons = resemblance(model, document, other)
        if score >= LIKELY:
            label = str(other[model.label_field])
            likely.append(Match(model.endpoint(), slug, label, score, tuple(reasons)))
    return sorted(likely, key=lambda match: (-match.score, match.slug))[:limit]


def candidates(model: type[Record], document: Document) -> set[str]:
    """Slugs of records that are worth to be compared with a document."""
    slugs = set(of_the_same_name(model, document))
    for condition in (same_ids(model, document), *same_references(model, document)):
        if condition:
            rows = model._default_manager.published().filter(condition).order_by("pk")
            slugs.update(rows.values_list("slug", flat=True)[:MOST_FOUND])
    return slugs


def of_the_same_name(model: type[Record], document: Document) -> Iterator[str]:
    """Records with a name like one of the document's, in whatever script or spelling.

    Of three words and more, one may be another or misspelt. For a shorter name that nobody has,
    records with words spelt alike are looked for, which costs ten times as much.
    """
    entries = Entry.objects.filter(type=model.endpoint()).order_by(Length("label_words"), "slug")
    spelt = dict.fromkeys(telling_words(name) for name in names(model, document))
    for place, words in enumerate(list(filter(None, spelt))[:MOST_NAMES]):
        same = entries.filter(having(words[:MAX_WORDS], model.endpoint()))
        slugs = [entry.slug for entry in same[:MOST_FOUND]]  # the shortest, of many with a word
        yield from slugs
        if not slugs and place < MOST_MISSPELT and len(words) < LONG:
            near = similar(Query.of(" ".join(words)), entries.order_by())
            nearest = sorted(near, key=lambda scored: (-scored[0], scored[1].slug))
            yield from (entry.slug for _, entry in nearest[:MOST_FOUND])


def having(words: tuple[str, ...], endpoint: str) -> Q:
    """The condition that an entry's names hold these words; of three and more, all but one."""
    lists = [words]
    if len(words) >= LONG:
        lists += [words[:place] + words[place + 1 :] for place in range(len(words))]
    any_of_them = Q()
    for some in lists:
        query = Query(Query.of(" ".join(some)).compounds, is_begun=False)
        any_of_them |= Q(engine().holds(query, "names", [endpoint]))
    return any_of_them


def same_ids(model: type[Record], document: Document) -> Q:
    """The condition that a record has an external id of the document."""
    part: Any = model.parts()["external_ids"]
    any_id = Q()
    for scheme, value in ids(document):
        any_id |= Q(scheme=scheme, value=value)
    return Q(pk__in=part.objects.filter(any_id).values("record")) if any_id else Q()


def same_references(model: type[Record], document: Document) -> Iterator[Q]:
    """Conditions that a record is of the same others: by its columns; by its lists and a date."""
    fields = fields_of(model)
    if fields.needed:
        yield Q(**{f"{name}__slug": document.get(name) for name in fields.needed})
    days = Q()
    for name in fields.dates:
        if document.get(name):
            days |= Q(**{f"{name}_earliest": dates.parse(document[name]).earliest})
    for key, inner in fields.actors:
        slugs = [row[inner] for row in document.get(key) or []]
        if days and slugs:
            part: Any = model.parts()[key]
            rows = part.objects.filter(**{f"{inner}__slug__in": slugs})
            yield Q(pk__in=rows.values("record")) & days

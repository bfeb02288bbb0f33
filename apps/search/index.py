"""The search index over all types: kept from documents, and asked in ranked order.

Rank goes by where the words stand, and by nothing that the two databases would count differently:
the label is the query; begins with it; holds its words; label and names hold them; with the
summary; with the other texts. Within a rank, entries stand in the order of their types and slugs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Collate

from apps.search.engines import TEXTS, Condition, engine
from apps.search.models import Entry
from apps.search.similar import similar
from apps.search.words import Query, joined, plain

Document = dict[str, Any]
Records = TypeVar("Records", bound=QuerySet)

MOST = 1_000  # matches that are ranked; more are cut off, those by label last
MOST_SIMILAR = 50  # misspelt ones that are shown
MAX_TEXT = 100_000  # letters of one text: PostgreSQL takes a megabyte of an entry
NAMES = ("names.name", "external_ids.value")
SIMILAR = "similar"
MATCHES = (*TEXTS, SIMILAR)
RANKS = ("label", "label", *TEXTS)  # by what an entry of rank 0, 1, ... was found


class SearchRecord(NamedTuple):
    """A record as the index takes it over: its document, and what of it is searched."""

    type: str
    slug: str
    document: Document | None  # None: withdrawn
    label_field: str = "name"  # the key of the document under which its name or title stands
    texts: Sequence[str] = ()  # what is searched beside label, names, ids and summary: see `values`


class Hit(NamedTuple):
    """An entry that was found, and by what: one of MATCHES."""

    pk: int
    matched: str


def enter(records: Iterable[SearchRecord]) -> None:
    """Take over records that changed; of one that comes twice, the last."""
    newest = {(record.type, record.slug): record for record in records}
    fields = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]
    key = ["type", "slug"]
    Entry.objects.bulk_create(
        [entry(record) for record in newest.values() if record.document],
        batch_size=500,
        update_conflicts=True,
        unique_fields=key,
        update_fields=[name for name in fields if name not in key],
    )
    withdrawn: dict[str, list[str]] = {}
    for record in newest.values():
        if record.document is None:
            withdrawn.setdefault(record.type, []).append(record.slug)
    for endpoint, slugs in withdrawn.items():
        Entry.objects.filter(type=endpoint, slug__in=slugs).delete()


def keep_only(published: Mapping[str, QuerySet]) -> None:
    """Drop every entry of what is not in the querysets of published records, given by type."""
    Entry.objects.exclude(type__in=published).delete()
    for endpoint, records in published.items():
        slugs = records.order_by().values("slug")
        Entry.objects.filter(type=endpoint).exclude(slug__in=slugs).delete()


def entry(record: SearchRecord) -> Entry:
    """The entry of a published record, not yet stored."""
    slug, document = record.slug, record.document or {}
    label, summary = str(document.get(record.label_field) or slug), document.get("summary")
    names, others = list(values(document, NAMES)), list(values(document, record.texts))
    # A compound of the label in one word is a name by which it is found, not how it reads.
    further = [plain(names), plain([slug.replace("-", " ")]), joined([label, *names])]
    return Entry(
        type=record.type,
        slug=slug,
        label=label[:300],
        summary=summary[:1000] if summary else None,
        label_words=plain([label])[:1000],  # an index takes 2.7 kB
        name_words=" ".join(filter(None, further))[:MAX_TEXT],
        summary_words=f"{plain([summary])} {joined([summary])}".strip()[:MAX_TEXT],
        other_words=f"{plain(others)} {joined(others)}".strip()[:MAX_TEXT],
    )


def values(document: Document, paths: Iterable[str]) -> Iterator[str]:
    """The texts at `paths` of a document: of a key, or of a key in every row of a list."""
    for path in paths:
        key, _, inner = path.partition(".")
        rows = document.get(key) or [] if inner else [document]
        yield from (str(row[inner or key]) for row in rows if row.get(inner or key))


def find(text: str, order: Sequence[str], types: Sequence[str] = ()) -> list[Hit]:
    """The best matches of `text`, one more than MOST if there are more; else what is spelt alike.

    Args:
        text: what a reader typed.
        order: the types in the order in which equal matches stand.
        types: find only records of these; empty for all.
    """
    query = Query.of(text)
    if not query:
        return []
    entries = (Entry.objects.filter(type__in=types) if types else Entry.objects.all()).order_by()
    places = {endpoint: place for place, endpoint in enumerate(order)}
    sort_keys: dict[int, tuple[int, int, str]] = {}  # of each entry: rank, place of its type, slug
    for source in sources(query, entries, types):
        for pk, rank, endpoint, slug in source[: MOST + 1]:
            sort_keys.setdefault(pk, (rank, places.get(endpoint, len(places)), slug))
        if len(sort_keys) > MOST:
            break
    best = sorted(sort_keys, key=sort_keys.__getitem__)[: MOST + 1]
    if best:
        return [Hit(pk, RANKS[sort_keys[pk][0]]) for pk in best]
    like = [(-s, places.get(e.type, 0), e.slug, e.pk) for s, e in similar(query, entries)]
    return [Hit(pk, SIMILAR) for *_, pk in sorted(like)[:MOST_SIMILAR]]


def sources(query: Query, entries: QuerySet, types: Sequence[str]) -> Iterator[QuerySet]:
    """Where matches are looked for: (id, rank, type, slug); until there are more than enough.

    Labels before other texts, and whole words before the beginnings of words, which cost ten
    times as much to read. Each source is read to a bound, not to its end: a word may stand in
    half of a million entries.
    """
    columns = ("type", "slug")
    is_it = Case(When(label_words=query.start, then=0), default=Value(1))
    in_order = Collate("label_words", engine().collation)
    yield entries.filter(begins(query)).order_by(in_order).values_list("pk", is_it, *columns)
    for reading in query.readings:
        in_label = entries.filter(engine().holds(reading, "label", types))
        yield in_label.values_list("pk", Value(2), *columns)
        anywhere = entries.filter(engine().holds(reading, "text", types))
        yield anywhere.values_list("pk", ranked(query), *columns)


def begins(query: Query) -> Condition:
    """Whether the label begins with the query; read from an index in the order of letters."""
    column = f'label_words COLLATE "{engine().collation}"'
    # `{` comes after every letter, digit and space.
    return Condition(f"{column} BETWEEN %(expressions)s", query.start, f"{query.start}{{")


def ranked(query: Query) -> Case:
    """The rank of an entry that matches: its place in RANKS."""
    return Case(
        When(label_words=query.start, then=0),
        When(begins(query), then=1),
        When(engine().holds(query, "label"), then=2),
        When(engine().holds(query, "names"), then=3),
        When(engine().holds(query, "summary"), then=4),
        default=Value(5),
        output_field=IntegerField(),
    )


def matching(records: Records, text: str) -> Records:
    """Those of `records`, a queryset of one type, that match; `search_rank` says how well, from 0.

    Unlike `find` it is exact and unbounded: what is only spelt like the text is left out.
    """
    query = Query.of(text)
    if not query:
        return records.none().annotate(search_rank=Value(0))
    endpoint = records.model.endpoint()
    entries = Entry.objects.filter(type=endpoint).order_by()
    matches = entries.filter(Q(begins(query)) | Q(engine().holds(query, "text", [endpoint])))
    rank = entries.filter(slug=OuterRef("slug")).values_list(ranked(query))
    return records.filter(slug__in=matches.values("slug")).annotate(search_rank=Subquery(rank))

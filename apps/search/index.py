"""The search index over all types: kept from documents, and asked in ranked order.

Rank goes by where the words stand, and by nothing that the two databases would count differently:
the label is the query; the record is called so otherwise; its label begins with the query; holds
its words; label and names hold them; with the summary; with the other texts. Within a rank, entries
stand in the order of their types and slugs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Collate

from apps.search.engines import TEXT_COLUMNS, SqlCondition, current_engine
from apps.search.models import Entry
from apps.search.similar import similar_entries
from apps.search.words import SearchQuery, folded_words, joined_compounds

Document = dict[str, Any]
Records = TypeVar("Records", bound=QuerySet)

MAX_MATCHES = 1_000  # matches that are ranked; more are cut off, those by label last
MAX_SIMILAR_MATCHES = 50  # misspelt ones that are shown
MAX_INDEXED_TEXT = 100_000  # letters of one text: PostgreSQL takes a megabyte of an entry
NAME_PATHS = ("names.name", "external_ids.value")
SIMILAR_MATCH = "similar"
MATCH_KINDS = (*TEXT_COLUMNS, SIMILAR_MATCH)
MATCH_KIND_BY_RANK = (
    "label",
    "names",
    "label",
    *TEXT_COLUMNS,
)  # by what an entry of rank 0, 1, ... was found


class SearchRecord(NamedTuple):
    """A record as the index takes it over: its document, and what of it is searched."""

    type: str
    slug: str
    document: Document | None  # None: withdrawn
    label_field: str = "name"  # the key of the document under which its name or title stands
    texts: Sequence[
        str
    ] = ()  # what is searched beside label, names, ids and summary: see `texts_at_paths`


class SearchHit(NamedTuple):
    """An entry that was found, and by what: one of MATCHES."""

    pk: int
    matched: str


def update_entries(records: Iterable[SearchRecord]) -> None:
    """Take over records that changed; of one that comes twice, the last."""
    newest = {(record.type, record.slug): record for record in records}
    fields = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]
    key = ["type", "slug"]
    Entry.objects.bulk_create(
        [build_entry(record) for record in newest.values() if record.document],
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


def delete_entries_except(published: Mapping[str, QuerySet]) -> None:
    """Drop every entry of what is not in the querysets of published records, given by type."""
    Entry.objects.exclude(type__in=published).delete()
    for endpoint, records in published.items():
        slugs = records.order_by().values("slug")
        Entry.objects.filter(type=endpoint).exclude(slug__in=slugs).delete()


def build_entry(record: SearchRecord) -> Entry:
    """The entry of a published record, not yet stored."""
    slug, document = record.slug, record.document or {}
    label, summary = str(document.get(record.label_field) or slug), document.get("summary")
    names, others = (
        list(texts_at_paths(document, NAME_PATHS)),
        list(texts_at_paths(document, record.texts)),
    )
    # A compound of the label in one word is a name by which it is found, not how it reads.
    further = [
        folded_words(names),
        folded_words([slug.replace("-", " ")]),
        joined_compounds([label, *names]),
    ]
    return Entry(
        type=record.type,
        slug=slug,
        label=label[:300],
        summary=summary[:1000] if summary else None,
        label_words=folded_words([label])[:1000],  # an index takes 2.7 kB
        name_words=" ".join(filter(None, further))[:MAX_INDEXED_TEXT],
        summary_words=f"{folded_words([summary])} {joined_compounds([summary])}".strip()[
            :MAX_INDEXED_TEXT
        ],
        other_words=f"{folded_words(others)} {joined_compounds(others)}".strip()[:MAX_INDEXED_TEXT],
    )


def texts_at_paths(document: Document, paths: Iterable[str]) -> Iterator[str]:
    """The texts at `paths` of a document: of a key, or of a key in every row of a list."""
    for path in paths:
        key, _, inner = path.partition(".")
        rows = document.get(key) or [] if inner else [document]
        yield from (str(row[inner or key]) for row in rows if row.get(inner or key))


def find_matches(
    text: str,
    order: Sequence[str],
    types: Sequence[str] = (),
    called: Iterable[tuple[str, str]] = (),
) -> list[SearchHit]:
    """The best matches of `text`, one more than MOST if there are more; else what is spelt alike.

    Args:
        text: what a reader typed.
        order: the types in the order in which equal matches stand.
        types: find only records of these; empty for all.
        called: type and slug of records that the text names in full: they stand first.
    """
    query = SearchQuery.from_text(text)
    if not query:
        return []
    entries = (Entry.objects.filter(type__in=types) if types else Entry.objects.all()).order_by()
    places = {endpoint: place for place, endpoint in enumerate(order)}
    sort_keys: dict[int, tuple[int, int, str]] = {}  # of each entry: rank, place of its type, slug
    for source in match_sources(query, entries, types, called):
        for pk, rank, endpoint, slug in source[: MAX_MATCHES + 1]:
            sort_keys.setdefault(pk, (rank, places.get(endpoint, len(places)), slug))
        if len(sort_keys) > MAX_MATCHES:
            break
    best = sorted(sort_keys, key=sort_keys.__getitem__)[: MAX_MATCHES + 1]
    if best:
        return [SearchHit(pk, MATCH_KIND_BY_RANK[sort_keys[pk][0]]) for pk in best]
    like = [(-s, places.get(e.type, 0), e.slug, e.pk) for s, e in similar_entries(query, entries)]
    return [SearchHit(pk, SIMILAR_MATCH) for *_, pk in sorted(like)[:MAX_SIMILAR_MATCHES]]


def match_sources(
    query: SearchQuery,
    entries: QuerySet,
    types: Sequence[str],
    called: Iterable[tuple[str, str]],
) -> Iterator[QuerySet]:
    """Where matches are looked for: (id, rank, type, slug); until there are more than enough.

    Labels before other texts, and whole words before the beginnings of words, which cost ten
    times as much to read. Each source is read to a bound, not to its end: a word may stand in
    half of a million entries.
    """
    columns = ("type", "slug")
    is_it = When(label_words=query.label_start, then=0)
    if named := reduce(or_, (Q(type=endpoint, slug=slug) for endpoint, slug in called), Q()):
        yield entries.filter(named).values_list("pk", Case(is_it, default=Value(1)), *columns)
    in_order = Collate("label_words", current_engine().collation)
    yield (
        entries.filter(label_prefix_condition(query))
        .order_by(in_order)
        .values_list("pk", Case(is_it, default=Value(2)), *columns)
    )
    for reading in query.readings:
        in_label = entries.filter(current_engine().match_condition(reading, "label", types))
        yield in_label.values_list("pk", Value(3), *columns)
        anywhere = entries.filter(current_engine().match_condition(reading, "text", types))
        yield anywhere.values_list("pk", rank_expression(query), *columns)


def label_prefix_condition(query: SearchQuery) -> SqlCondition:
    """Whether the label begins with the query; read from an index in the order of letters."""
    column = f'label_words COLLATE "{current_engine().collation}"'
    # `{` comes after every letter, digit and space.
    return SqlCondition(
        f"{column} BETWEEN %(expressions)s", query.label_start, f"{query.label_start}{{"
    )


def similarly_spelt_slugs(endpoint: str, text: str) -> list[str]:
    """Slugs of published records of a type with words like those of `text`; at most 200."""
    query = SearchQuery.from_text(text)
    if not query.misspellable_words:
        return []
    entries = Entry.objects.filter(type=endpoint).order_by()
    return [entry.slug for entry in current_engine().similarly_spelt_entries(query, entries)]


def rank_expression(query: SearchQuery, called: Sequence[str] = ()) -> Case:
    """The rank of an entry that matches: its place in RANKS; `called` are slugs that rank first."""
    return Case(
        When(label_words=query.label_start, then=0),
        *([When(slug__in=called, then=1)] if called else []),
        When(label_prefix_condition(query), then=2),
        When(current_engine().match_condition(query, "label"), then=3),
        When(current_engine().match_condition(query, "names"), then=4),
        When(current_engine().match_condition(query, "summary"), then=5),
        default=Value(6),
        output_field=IntegerField(),
    )


def matching_records(records: Records, text: str, called: Sequence[str] = ()) -> Records:
    """Those of `records`, a queryset of one type, that match; `search_rank` says how well, from 0.

    Unlike `find_matches` it is exact and unbounded: what is only spelt like the text is left out.
    `called` are the slugs of those that the text names in full.
    """
    query = SearchQuery.from_text(text)
    if not query:
        return records.none().annotate(search_rank=Value(0))
    endpoint = records.model.endpoint()
    entries = Entry.objects.filter(type=endpoint).order_by()
    matches = entries.filter(
        Q(label_prefix_condition(query))
        | Q(current_engine().match_condition(query, "text", [endpoint]))
        | Q(slug__in=called)
    )
    rank = entries.filter(slug=OuterRef("slug")).values_list(rank_expression(query, called))
    return records.filter(slug__in=matches.values("slug")).annotate(search_rank=Subquery(rank))

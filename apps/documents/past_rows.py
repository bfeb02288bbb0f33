"""Rows out of documents that were public once, as they stood in the tables then.

No rule is held against them: a rule may be younger than they are. What is derived is derived anew,
by the functions that derive it whenever a record is saved.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from apps.core.models import Part, Record
from apps.core.querysets import split_for_queries
from apps.search.index import build_entry

Document = dict[str, Any]


class NewKeys:
    """Ids that no row has yet: each table's own -1, -2, ..."""

    def __init__(self) -> None:
        self._given: Counter[type[models.Model]] = Counter()

    def next_key(self, model: type[models.Model]) -> int:
        """The next one of a table."""
        self._given[model] += 1
        return -self._given[model]


class PastRecords:
    """Records by their slugs as they stood: those that changed since, and then all others.

    Args:
        changed: the ids of the records that changed since, by type and slug.
    """

    def __init__(self, changed: dict[type[Record], dict[str, int]]) -> None:
        self._records: dict[type[Record], dict[str, Record]] = {}
        make: Any
        for make, keys in changed.items():
            self._records[make] = {slug: make(pk=pk, slug=slug) for slug, pk in keys.items()}

    def note_quoted_fields(self, model: type[Record], slug: str, document: Document) -> None:
        """Take over what the documents of others follow from."""
        for name in own_columns(model, model.quoted_fields):
            setattr(self._records[model][slug], name, document.get(name))

    def fetch_named_records(self, model: type[Record], documents: Iterable[Document]) -> None:
        """Read the records that documents of a type name, as far as they are not known."""
        wanted: dict[type[Record], set[str]] = {}
        for document in documents:
            for related, slug in named_records(model, document):
                if slug not in self._records.setdefault(related, {}):
                    wanted.setdefault(related, set()).add(slug)
        for related, slugs in wanted.items():
            for chunk in split_for_queries(slugs):
                rows = related._default_manager.filter(slug__in=chunk).order_by()
                known = rows.only("slug", *related.quoted_fields)
                self._records[related] |= {record.slug: record for record in known}
                for name in set(related.quoted_fields) - {*own_columns(related)}:
                    for record in known:  # what it led to then is not to be read off today's row
                        setattr(record, name, None)

    def get(self, model: type[Record], slug: str | None) -> Record | None:
        """The record with this slug; None where none is named."""
        return self._records[model][slug] if slug is not None else None


def named_records(
    model: type[models.Model], document: Document
) -> Iterator[tuple[type[Record], str]]:
    """The records that a document, or an entry of its lists, names: type and slug."""
    parts = model.parts() if issubclass(model, Record) else {}
    for key, value in document.items():
        if key in parts:
            for entry in value:
                yield from named_records(parts[key], entry)
        elif (field := column_of_key(model, key)) is not None and field.is_relation:
            slugs = value if isinstance(value, list) else [value]
            yield from ((field.related_model, slug) for slug in slugs if slug is not None)


def own_columns(model: type[Record], names: Iterable[str] | None = None) -> Iterator[str]:
    """The columns of a type that refer to no other record; of `names`, if they are given."""
    for field in model._meta.fields:
        if not field.is_relation and (names is None or field.name in names):
            yield field.name


def column_of_key(model: type[models.Model], key: str) -> Any:
    """The column behind a key of a document; None for a key that its type has no more."""
    try:
        return model._meta.get_field(key)
    except FieldDoesNotExist:
        return None


def build_rows(
    model: type[Record], pk: int, text: str, records: PastRecords, keys: NewKeys
) -> Iterator[models.Model]:
    """The rows of one record: its own, those of its lists, and its entry in the search index.

    Args:
        text: its document, with the stamp.
        records: knows every record that it names.
        keys: gives the ids of all rows but the record's own.
    """
    document = orjson.loads(text)
    make_record: Any = model
    record = make_record(pk=pk, publication=Record.Publication.PUBLISHED, document=text)
    lists: dict[str, list[Any]] = {name: [] for name in model.parts()}
    yield record
    for key, value in document.items():
        if key in lists:
            lists[key] = [
                build_part(record, position, entry, key, records, keys)
                for position, entry in enumerate(value, start=1)
            ]
        elif (field := column_of_key(model, key)) is None:
            continue
        elif field.many_to_many:
            lists[key] = [records.get(field.related_model, slug) for slug in value]
            yield from build_links(record, field, lists[key], keys)
        else:
            set_column(record, field, value, records)
    record.__dict__["_prefetched_objects_cache"] = lists
    for name, value in record.derived_columns().items():
        if name not in document:  # as it was shown then
            setattr(record, name, value)
    for name in model.parts():
        yield from lists[name]
    entry = build_entry(model.search_record(record.slug, document))
    entry.pk = keys.next_key(type(entry))
    yield entry


def set_column(row: models.Model, field: Any, value: object, records: PastRecords) -> None:
    """Give a row what a document says of one column."""
    if field.is_relation:
        value = records.get(field.related_model, value if isinstance(value, str) else None)
    else:
        value = field.to_python(value)
    setattr(row, field.name, value)


def build_part(
    record: Record,
    position: int,
    entry: Document,
    name: str,
    records: PastRecords,
    keys: NewKeys,
) -> Part:
    """One row of the record's list `name`, out of the entry at its position."""
    model = type(record).parts()[name]
    make_part: Any = model
    row: Part = make_part(pk=keys.next_key(model), record=record, position=position)
    for key, value in entry.items():
        if (field := column_of_key(model, key)) is not None:
            set_column(row, field, value, records)
    return row


def build_links(
    record: Record, field: Any, others: Iterable[Record], keys: NewKeys
) -> Iterator[models.Model]:
    """The rows of a list of references."""
    model = field.remote_field.through
    for other in others:
        ends = {field.m2m_field_name(): record, field.m2m_reverse_field_name(): other}
        yield model(pk=keys.next_key(model), **ends)

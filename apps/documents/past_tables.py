"""Every table as it stood at a revision, for as long as a question is answered.

Below each table's own name there is then a view that hides it: its rows, but those of records that
changed since, and in the place of these what they were, made of their documents then. Names of a
connection's own come before all others in both databases, so that no query has to know of it. The
cost follows from what changed since. All of it happens in a transaction that is rolled back.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, cast

import orjson
from django.db import connection, models, transaction
from django.db.models import Max

from apps.core.models import Record, record_models
from apps.core.querysets import split_for_queries
from apps.documents.past_rows import NewKeys, PastRecords, build_rows
from apps.ledger.models import Version
from apps.search.engines import current_engine
from apps.search.models import Entry

ChangedRecords = dict[type[Record], dict[str, int]]  # id by type and slug
PREFIX = "then_"
MAX_CHANGED = 20_000  # records that are written as they were: half a minute


class TooMuchChangedError(Exception):
    """More records changed since than are written for one answer."""


@contextmanager
def tables_as_of(number: int) -> Iterator[None]:
    """Let every query within the block see the records as they were public at a revision.

    What is not public is not there, or is as it is now; nothing is to be written.

    Raises:
        TooMuchChangedError: more than `MAX_CHANGED` records changed since.
    """
    with discarded_transaction():
        changed = find_changed_records(number)
        if sum(map(len, changed.values())) > MAX_CHANGED:
            raise TooMuchChangedError
        if changed:
            lay_views_over(changed, number)
            write_past_rows(changed, number)
            current_engine().index_past_entries(f"{PREFIX}{Entry._meta.db_table}")
        yield


@contextmanager
def discarded_transaction() -> Iterator[None]:
    """A transaction that sees one state of the database, keeps no writer waiting, and leaves none.

    Within another transaction it is a part of that, and sees what that sees.
    """
    is_own, database = not connection.in_atomic_block, cast(Any, connection)
    usual_mode = getattr(database, "transaction_mode", None)
    database.transaction_mode = "DEFERRED"  # SQLite: no lock, since only our own tables are written
    try:
        with transaction.atomic():
            if is_own and connection.vendor == "postgresql":
                run_statement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
            transaction.set_rollback(True)
    finally:
        database.transaction_mode = usual_mode


def run_statement(statement: str) -> None:
    """Run one statement without parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def find_changed_records(number: int) -> ChangedRecords:
    """The records that readers saw change after a revision, of every type that has some."""
    changed: ChangedRecords = {}
    for model in record_models().values():
        rows = model._default_manager.filter(revision__gt=number).order_by()
        if keys := dict(rows.values_list("slug", "pk")[: MAX_CHANGED + 1]):
            changed[model] = keys
    return changed


def lay_views_over(changed: ChangedRecords, number: int) -> None:
    """Hide each table of which rows changed behind a view of what stood there."""
    for model in changed:
        changed_rows = f"FROM {stored_table(model._meta.db_table)} WHERE revision > {number}"
        since = f"SELECT id {changed_rows}"
        lay_view_over(model._meta.db_table, f"id NOT IN ({since})")
        for part in model.parts().values():
            lay_view_over(part._meta.db_table, f"record_id NOT IN ({since})")
        for field in model._meta.many_to_many:
            owner = f'"{field.m2m_column_name()}"'
            lay_view_over(field.m2m_db_table(), f"{owner} NOT IN ({since})")
    kept = [
        f"NOT (type = '{model.endpoint()}' AND slug IN (SELECT slug FROM"
        f" {stored_table(model._meta.db_table)} WHERE revision > {number}))"
        for model in changed
    ]
    lay_view_over(Entry._meta.db_table, " AND ".join(kept))


def stored_table(name: str) -> str:
    """A table by its full name, which no other hides."""
    if connection.vendor == "sqlite":
        return f'main."{name}"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return f'{cursor.fetchone()[0]}."{name}"'


def lay_view_over(name: str, condition: str) -> None:
    """Make a table for rows of then, and a view of it and of the rows that meet the condition."""
    stored, then = stored_table(name), f'"{PREFIX}{name}"'
    rows = f"SELECT * FROM {stored}"
    if connection.vendor == "sqlite":
        run_statement(f"CREATE TEMP TABLE {then} AS {rows} WHERE 0")
    else:  # with the columns that the database derives, if there are some
        run_statement(f"CREATE TEMP TABLE {then} (LIKE {stored} INCLUDING GENERATED)")
    both = f"{rows} WHERE {condition} UNION ALL SELECT * FROM {then}"
    run_statement(f'CREATE TEMP VIEW "{name}" AS {both}')


def write_past_rows(changed: ChangedRecords, number: int) -> None:
    """Write what the changed records were, of each type after those that it may name."""
    records, keys = PastRecords(changed), NewKeys()
    for model, pks in changed.items():
        if model.quoted_fields:
            for slug, text in past_documents(model, pks, number):
                records.note_quoted_fields(model, slug, orjson.loads(text))
        for chunk in split_for_queries(pks):
            texts = dict(past_documents(model, chunk, number))
            records.fetch_named_records(model, map(orjson.loads, texts.values()))
            insert_past_rows(
                row
                for slug, text in texts.items()
                for row in build_rows(model, pks[slug], text, records, keys)
            )


def past_documents(
    model: type[Record], slugs: Iterable[str], number: int
) -> Iterator[tuple[str, str]]:
    """Slug and document of those records that were public at a revision."""
    public = Version.objects.public().filter(type=model.endpoint(), revision__number__lte=number)
    for chunk in split_for_queries(slugs):
        newest = public.filter(slug__in=chunk).order_by().values("slug").annotate(pk_=Max("pk"))
        then = Version.objects.filter(pk__in=newest.values("pk_"), document__isnull=False)
        yield from ((v.slug, v.document or "") for v in then.order_by("pk"))


def insert_past_rows(rows: Iterable[models.Model]) -> None:
    """Write rows into the tables beside the stored ones."""

    def table_name(row: models.Model) -> str:
        return row._meta.db_table

    for name, group in groupby(sorted(rows, key=table_name), key=table_name):
        of_table = list(group)
        fields: Any = of_table[0]._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        places = ", ".join(["%s"] * len(fields))
        values = [
            [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
            for row in of_table
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{PREFIX}{name}" ({columns}) VALUES ({places})',
                values,
            )

"""What tables hold, in few letters: whether two databases hold the same is told without a copy."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from apps.ledger.models import Dataset
from apps.operations.progress import Report, ignore_progress

CHUNK = 2_000  # rows that are held at a time
MIGRATIONS = MigrationRecorder.Migration._meta.db_table


class TableDigest(NamedTuple):
    """How many rows a table has, and a sum over them, in which their order does not count."""

    rows: int
    digest: str


class Contents(NamedTuple):
    """What a database held at one moment."""

    tables: dict[str, TableDigest]
    revision: int  # the dataset's number; 0 before anything was published


def read_contents(connection: BaseDatabaseWrapper, report: Report = ignore_progress) -> Contents:
    """What a database holds; reads every row once, within the transaction that is open."""
    tables = existing_tables(connection)
    revision = 0
    if Dataset._meta.db_table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT max(number) FROM {Dataset._meta.db_table}")  # noqa: S608
            revision = cursor.fetchone()[0] or 0
    return Contents(digest_tables(connection, tables, report), revision)


def existing_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of all models that are there, and the one that knows the migrations."""
    named = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor)
    return sorted({*named, *({MIGRATIONS} & set(there))})


def digest_tables(
    connection: BaseDatabaseWrapper, tables: Iterable[str], report: Report = ignore_progress
) -> dict[str, TableDigest]:
    """Each table by its digest; reads every row once."""
    names = list(tables)
    digests = {}
    for number, name in enumerate(names, start=1):
        digests[name] = digest_table(connection, name)
        report(number, len(names))
    return digests


def digest_table(connection: BaseDatabaseWrapper, table: str) -> TableDigest:
    """The digest of one table."""
    count, total = 0, 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                digest = hashlib.sha256(repr(row).encode()).digest()
                total = (total + int.from_bytes(digest)) % 2**256
            count += len(rows)
    return TableDigest(count, f"{total:064x}")


def differing_tables(
    expected: dict[str, TableDigest], actual: dict[str, TableDigest]
) -> Iterable[str]:
    """A sentence for each table that is not as it should be."""
    for name, digest in expected.items():
        if name not in actual:
            yield f"{name}: the table is missing."
        elif actual[name].rows != digest.rows:
            yield f"{name}: {actual[name].rows} rows instead of {digest.rows}."
        elif actual[name] != digest:
            yield f"{name}: its {digest.rows} rows are not those that were saved."

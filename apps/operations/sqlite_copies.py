"""Backups of SQLite, by its own copying of a database that is in use."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import CommandError
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.operations.digests import Contents, read_contents
from apps.operations.progress import show_progress

FILE = "database.sqlite3"
PAGES = 1_000  # that are copied between two reports


def save_database(connection: BaseDatabaseWrapper, path: Path) -> Contents:
    """Copy the database, as it is at one moment, to `path`; writers go on meanwhile."""
    name = str(connection.settings_dict["NAME"])
    if not Path(name).is_file():
        raise CommandError(f"There is no database at {name}.")
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(path)) as target:
        # An open reading keeps the copy at this moment: each write would make it begin again.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master")
        copy_pages(source, target, "Copying the database")
        target.execute("PRAGMA journal_mode=DELETE")  # so that it is one file
    return read_copy(connection, path)


def load_database(connection: BaseDatabaseWrapper, path: Path, tables: int) -> None:
    """Put the copy at `path` in the database's place, in one transaction of its own."""
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    set_damaged_aside(target)
    with closing(open_unchanged(path)) as source, closing(sqlite3.connect(target)) as database:
        copy_pages(source, database, "Putting the copy in place")
    with closing(sqlite3.connect(target)) as database:
        database.execute("PRAGMA journal_mode=WAL")


def check_file(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Refuse a copy whose structure SQLite does not find whole."""
    try:
        with closing(open_unchanged(path)) as source:
            faults = [str(row[0]) for row in source.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{path} is damaged: {error}.") from error
    if faults != ["ok"]:
        raise CommandError(f"{path} is damaged: {faults[0]}")


def structure_faults(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """What SQLite finds wrong with the database: its pages, its references."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        yield from (said for (said,) in cursor.fetchall() if said != "ok")
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, other, _ in cursor.fetchall():
            yield f"{table}: row {row} names a row of {other} that is not there."


def read_database(connection: BaseDatabaseWrapper) -> Contents:
    """What the database holds at one moment."""
    with show_progress("Reading the database") as report, transaction.atomic():
        return read_contents(connection, report)


def read_copy(connection: BaseDatabaseWrapper, path: Path) -> Contents:
    """What a copy holds."""
    with opened_copy(connection, path) as copy, show_progress("Reading the copy") as report:
        return read_contents(copy, report)


@contextmanager
def opened_copy(connection: BaseDatabaseWrapper, path: Path) -> Iterator[BaseDatabaseWrapper]:
    """Django's connection to a copy, which nobody changes."""
    copy = connection.copy()
    copy.settings_dict["NAME"], copy.settings_dict["OPTIONS"] = unchanging_address(path), {}
    try:
        yield copy
    finally:
        copy.close()


def open_unchanged(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing beside the file, so that it may lie where one cannot."""
    return sqlite3.connect(unchanging_address(path), uri=True)


def unchanging_address(path: Path) -> str:
    """The file's address for reading only."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, label: str) -> None:
    """Copy the whole database; other connections see it before or after, not between."""
    with show_progress(label) as report:
        source.backup(
            target,
            pages=PAGES,
            progress=lambda _, left, total: report(total - left, total),
        )


def set_damaged_aside(path: Path) -> None:
    """Rename a file that is no database any more; what others still have open stays theirs."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        for suffix in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.rename(path.with_name(f"{path.name}.damaged-{stamp}{suffix}"))

"""A backup: a folder with one file of the database's own kind, and what is to be found in it.

The folder gets its name when it is whole, so that a backup that was cut off is never taken for one.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from apps.operations import postgres_dumps, sqlite_copies
from apps.operations.digests import TableDigest, differing_tables

ENGINES = {"sqlite": sqlite_copies, "postgresql": postgres_dumps}
MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    engine: str  # sqlite or postgresql
    made_at: str  # RFC 3339
    version: str  # of code and data
    revision: int  # the dataset's number
    sha256: str  # of the file
    tables: dict[str, TableDigest]


def database_engine() -> ModuleType:
    """The module that knows the configured database."""
    return ENGINES[connection.vendor]


def save_backup(folder: Path) -> Manifest:
    """Make a backup, as of one moment, in a folder that is not there yet."""
    if folder.exists():
        raise CommandError(f"{folder} is there already, and no backup is overwritten.")
    unfinished = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    # Whoever can read it reads every draft, and what passwords are checked against.
    unfinished.mkdir(mode=0o700, parents=True)
    engine = database_engine()
    path = unfinished / engine.FILE
    path.touch(mode=0o600)
    made_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    contents = engine.save_database(connection, path)
    sha256 = file_digest(path)
    manifest = Manifest(
        connection.vendor, made_at, settings.VERSION, contents.revision, sha256, contents.tables
    )
    (unfinished / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    unfinished.rename(folder)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself, if its file is the one that it was made with."""
    try:
        said = json.loads((folder / MANIFEST).read_text())
        said["tables"] = {name: TableDigest(*digest) for name, digest in said["tables"].items()}
        manifest = Manifest(**said)
    except FileNotFoundError as error:
        raise CommandError(f"{folder} is no backup: it has no {MANIFEST}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{folder / MANIFEST} is damaged: {error}.") from error
    if manifest.engine not in ENGINES:
        raise CommandError(f"{folder / MANIFEST} names no database that is known here.")
    path = folder / ENGINES[manifest.engine].FILE
    if not path.is_file() or file_digest(path) != manifest.sha256:
        raise CommandError(f"{path} is damaged: it is not the file that was saved.")
    return manifest


def load_backup(folder: Path, manifest: Manifest) -> list[str]:
    """Put a backup in the database's place; then what differs from it, table by table."""
    if manifest.engine != connection.vendor:
        raise CommandError(
            f"The backup is of {manifest.engine}, and DATABASE_URL names {connection.vendor}."
        )
    engine = database_engine()
    path = folder / engine.FILE
    engine.check_file(connection, path)
    engine.load_database(connection, path, len(manifest.tables))
    return list(differing_tables(manifest.tables, engine.read_database(connection).tables))


def older_backups(folder: Path, keep: int) -> list[Path]:
    """The backups in a folder but the newest `keep`; what is no whole backup is none of them."""
    made = {path.parent: time_made(path) for path in folder.glob(f"*/{MANIFEST}")}
    whole = [path for path, time in made.items() if time and path.suffix != UNFINISHED]
    return sorted(whole, key=lambda path: (made[path], path), reverse=True)[keep:]


def time_made(path: Path) -> str:
    """When a backup says that it was made; empty if it cannot be read."""
    try:
        return str(json.loads(path.read_text())["made_at"])
    except (ValueError, TypeError, KeyError):
        return ""


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

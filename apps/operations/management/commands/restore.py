"""Put a backup in the database's place, and compare every table with what was saved.

A backup that is not whole is refused before anything is changed, and a restoring that fails changes
nothing. Stop the server first: what is written after the backup is lost. The backup may be older
than the code: `upgrade` brings it up to date. Exit code 1 if anything differs.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from apps.operations import backups, verifying
from apps.operations.digests import existing_tables


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="The backup.")
        parser.add_argument(
            "--replace", action="store_true", help="Also where the database is not empty."
        )
        parser.add_argument(
            "--verify", action="store_true", help="Afterwards check the whole installation, too."
        )

    def handle(
        self, *args: object, folder: Path, replace: bool, verify: bool, **options: object
    ) -> None:
        manifest = backups.read_manifest(folder)
        if not replace and holds_anything():
            raise CommandError("The database is not empty; --replace puts the backup in its place.")
        faults = backups.load_backup(folder, manifest)
        if not faults:
            self.stdout.write(
                f"Revision {manifest.revision}, saved {manifest.made_at}:"
                f" all {len(manifest.tables)} tables are as they were."
            )
        if verify:
            faults += verifying.find_faults()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"Restored, with {len(faults)} faults.")


def holds_anything() -> bool:
    """Whether the database has any table; one that cannot be read may hold something."""
    try:
        return bool(existing_tables(connection))
    except DatabaseError:
        return True
    finally:
        connection.close()

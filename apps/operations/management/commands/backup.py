"""Save the whole database, as it is at one moment, while readers and writers go on.

A backup is a folder, readable by its owner alone: one file of the database's own kind, and
manifest.json, by which `restore` finds out whether every row is there. On PostgreSQL pg_dump of the
server's version, or of a later one, is needed.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.operations import backups


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            help="The folder to be made; else by the time.",
        )
        parser.add_argument(
            "--in", dest="parent", type=Path, default=settings.BACKUPS_DIR, help="... in this one."
        )
        parser.add_argument(
            "--keep", type=int, help="Then delete all backups there but so many, the newest."
        )

    def handle(
        self, *args: object, folder: Path | None, parent: Path, keep: int | None, **options: object
    ) -> None:
        if keep is not None and (keep < 1 or folder):
            raise CommandError("--keep is 1 or more, and goes with --in, not with a folder.")
        path = folder or parent / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        manifest = backups.save_backup(path)
        rows = sum(digest.rows for digest in manifest.tables.values())
        self.stdout.write(f"{path}: revision {manifest.revision}, {rows} rows.")
        for older in backups.older_backups(parent, keep) if keep else []:
            shutil.rmtree(older)
            self.stdout.write(f"{older}: deleted.")

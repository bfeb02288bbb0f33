"""Build fixtures/*.json out of the seeds: natural keys, the same bytes every time.

An empty SQLite database is made beside, seeded, and written out; the database in use is not
touched. The files are numbered so that `loaddata fixtures/*.json` meets each record before what
refers to it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.models import Record, record_models
from apps.ledger.models import Dataset, Revision, Version
from apps.search.models import Entry
from apps.seeds.fixtures import FixtureEncoder, fixture_stem


def fixture_rows(model: type[Record]) -> Iterator[Any]:
    """All records of a type, then their parts."""
    yield from model.objects.order_by("slug")
    for part in model.parts().values():
        rows: Any = part.objects
        yield from rows.order_by("record__slug", "position").select_related("record")


def ledger_rows() -> Iterator[Any]:
    """The dataset's number and the history."""
    yield from Dataset.objects.all()
    yield from Revision.objects.order_by("number")
    yield from Version.objects.order_by("revision__number", "type", "slug")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.FIXTURES_DIR, help="Write to here."
        )
        parser.add_argument(
            "--from-database",
            action="store_true",
            help="Write out the database in use as it stands.",
        )

    def handle(self, *args: str, folder: Path, from_database: bool, **options: Any) -> None:
        if from_database:
            self.write_fixtures(folder)
            return
        with tempfile.TemporaryDirectory() as beside:
            url = f"sqlite:///{Path(beside) / 'seeded.sqlite3'}"
            for arguments in (
                ["migrate", "--verbosity=0"],
                ["seed"],
                ["build_fixtures", "--from-database", f"--folder={folder.resolve()}"],
            ):
                command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
                done = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False)
                if done.returncode:
                    raise CommandError(f"{arguments[0]} failed; no fixture was written.")

    def write_fixtures(self, folder: Path) -> None:
        """One file for the ledger, one for each type, one for the search index."""
        groups = {"ledger": ledger_rows()}
        groups |= {endpoint: fixture_rows(model) for endpoint, model in record_models().items()}
        groups["search"] = Entry.objects.order_by("type", "slug").iterator()
        for number, (name, rows) in enumerate(groups.items()):
            path = folder / f"{fixture_stem(number, name)}.json"
            with path.open("w", encoding="utf-8") as file:
                serializers.serialize(
                    "json",
                    rows,
                    indent=1,
                    cls=FixtureEncoder,
                    use_natural_foreign_keys=True,
                    use_natural_primary_keys=True,
                    stream=file,
                )
                file.write("\n")
            self.stdout.write(path.name)

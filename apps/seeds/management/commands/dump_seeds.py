"""Write every published record to seeds/<endpoint>.yaml: what was loaded comes out the same."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.seeds import files as seeds


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.SEEDS_DIR, help="Write to here."
        )

    def handle(self, *args: str, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        for endpoint, count in seeds.write_seeds(folder).items():
            self.stdout.write(f"{endpoint}: {count}")

"""Load the curated seeds/<endpoint>.yaml: all of it, or nothing when anything is wrong.

Records that were since changed here, in the admin or by other ways than seeds, are left as they
are and named; --overwrite takes the seeds' text for them too.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from apps.core.models import record_models
from apps.documents.faults import RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.revisions import open_revision
from apps.documents.writing import write_documents
from apps.ledger.models import Revision, Version
from apps.seeds import files as seeds


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("endpoints", nargs="*", help="Only these, e.g. actors agreements.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Also records that were changed here."
        )
        parser.add_argument(
            "--folder", type=Path, default=settings.SEEDS_DIR, help="Read from here."
        )

    def handle(
        self, *args: str, endpoints: list[str], folder: Path, overwrite: bool, **options: Any
    ) -> None:
        known = list(record_models())
        if unknown := set(endpoints) - set(known):
            raise CommandError(
                f"No such endpoint: {', '.join(sorted(unknown))}. There are {', '.join(known)}."
            )
        try:
            incoming = seeds.read_seeds(folder, endpoints or known)
            at = seeds.read_release_time(folder)
            with open_revision(reason="Seeds", origin=Revision.Origin.SEED, at=at) as opened:
                if not overwrite:
                    incoming = self.leave_out_changed(incoming)
                counts = write_documents(incoming, opened, self.show_progress)
        except RefusedError as refused:
            faults = "\n".join(str(fault) for fault in refused.faults)
            raise CommandError(
                f"{faults}\nNothing was loaded: {len(refused.faults)} faults."
            ) from refused
        summary = ", ".join(f"{number} {word}" for word, number in counts.items())
        number = f"; revision {opened.number}" if opened.number else ""
        self.stdout.write(f"Seeds: {summary}{number}.")

    def leave_out_changed(self, incoming: list[IncomingDocument]) -> list[IncomingDocument]:
        """The documents of records that nobody has changed here since they were seeded."""
        seeded = (Revision.Origin.SEED, Revision.Origin.REBUILD)
        changed = Version.objects.records_last_changed_outside(*seeded)
        kept = [
            document
            for document in incoming
            if (document.model.endpoint(), document.slug) in changed
        ]
        for document in kept:
            self.stdout.write(f"{document.where}: {document.slug}: changed here, left as it is.")
        return [
            document
            for document in incoming
            if (document.model.endpoint(), document.slug) not in changed
        ]

    def show_progress(self, incoming: Sequence[Any]) -> Iterable[Any]:
        """A bar on a terminal; nothing where the output is read by a program."""
        console = Console()
        return track(incoming, "Seeds", console=console, disable=not console.is_terminal)

"""Compare what is stored twice: documents with their tables, and both with the ledger.

Every record is rendered anew, and each stored document that differs is reported: after a change of
their shape (a new field, another order of keys), or where tables were changed behind the ledger's
back. The dataset's number is held against the ledger's newest revision, and what readers are shown
against its newest versions. --rebuild writes documents anew and raises a number that is too low; it
never lowers one. Exit code 1 if anything differs.
"""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.models import Record
from apps.documents import consistency
from apps.documents.revisions import open_revision
from apps.ledger.models import Revision


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Write documents anew, as one revision, and raise the number.",
        )

    def handle(self, *args: object, rebuild: bool, **options: object) -> None:
        if rebuild and any(consistency.number_faults()):
            self.stdout.write(f"The dataset's number is {consistency.raise_number()}.")
        differing = list(consistency.records_that_differ())
        for record in differing:
            self.stdout.write(f"{record.endpoint()}/{record.slug}: the stored document differs.")
        if differing and rebuild:
            self.rebuild_documents(differing)
        faults = [*consistency.number_faults(), *consistency.history_faults()]
        for fault in faults:
            self.stdout.write(fault)
        if differing and not rebuild:
            raise CommandError(f"{len(differing)} documents differ; --rebuild mends them.")
        if faults:
            raise CommandError(f"The ledger says otherwise in {len(faults)} places.")
        if not differing:
            self.stdout.write("Every stored document is what its tables and the ledger say.")

    def rebuild_documents(self, differing: list[Record]) -> None:
        """Write documents anew."""
        with open_revision(reason="Documents rebuilt", origin=Revision.Origin.REBUILD) as opened:
            for record in differing:
                opened.touch(record)
        self.stdout.write(f"Rebuilt as revision {opened.number}.")

"""Render every record anew and report each stored document that differs; --rebuild mends them.

Documents differ after a change of their shape (a new field, another order of keys), or where
tables were changed behind the ledger's back. Exit code 1 if any differs.
"""

from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.models import Record, record_models
from apps.documents import writing as documents
from apps.documents.revisions import open_revision
from apps.ledger.models import Revision


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="Write them anew, as one revision."
        )

    def handle(self, *args: object, rebuild: bool, **options: object) -> None:
        differing = list(self.records_that_differ())
        for record in differing:
            self.stdout.write(f"{record.endpoint()}/{record.slug}: the stored document differs.")
        if differing and not rebuild:
            raise CommandError(f"{len(differing)} documents differ; --rebuild mends them.")
        if differing:
            with open_revision(
                reason="Documents rebuilt", origin=Revision.Origin.REBUILD
            ) as opened:
                for record in differing:
                    opened.touch(record)
            self.stdout.write(f"Rebuilt as revision {opened.number}.")
        else:
            self.stdout.write("Every stored document is what its tables say.")

    def records_that_differ(self) -> Iterator[Record]:
        """Records whose stored document is not what their tables say."""
        for model in record_models().values():
            for record, body in documents.render_documents(
                model, model.objects.values_list("pk", flat=True)
            ):
                if record.publication == Record.Publication.PUBLISHED:
                    is_right = documents.is_current_document(record, body)
                else:
                    is_right = record.document is None
                if not is_right:
                    yield record

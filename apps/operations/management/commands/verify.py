"""Check a whole installation, and change nothing.

Whether the tables are those of the code; whether the database can read each of its rows; whether
documents are what their tables and the ledger say; whether search finds what is published; whether
static files are collected, and settings fit for where they stand. Exit code 1 with what is wrong.
"""

from django.core.management.base import BaseCommand, CommandError

from apps.operations.verifying import CHECKS, find_faults


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # what they say is among the faults

    def handle(self, *args: object, **options: object) -> None:
        faults = find_faults()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults.")
        self.stdout.write(f"Nothing is wrong with: {', '.join(CHECKS)}.")

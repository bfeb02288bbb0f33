"""Bring the installation up to its code: tables, documents, search index, static files.

It is for after each change of the code, for the first start, and for a backup that was restored.
Done again, it does nothing. It ends by Django's checks, for a public server where the settings are
those of one; exit code 1 with what they say.
"""

from django.core.management.base import BaseCommand, CommandError

from apps.operations.upgrading import upgrade_installation
from apps.operations.verifying import settings_faults


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # the last step

    def handle(self, *args: object, **options: object) -> None:
        upgrade_installation(self.stdout.write)
        if faults := list(settings_faults()):
            raise CommandError("\n".join(faults))

"""Django's `loaddata`, which takes a dataset whole and into an empty installation, or not at all.

Fixtures hold a dataset with its ledger, so they would overwrite the history of an installation that
has one, and leave its number behind. They may be loaded over themselves. Other fixtures, such as
those of accounts, are loaded as ever.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata

from apps.documents.consistency import history_faults, number_faults
from apps.ledger.models import Dataset, Revision, Version
from apps.seeds.fixtures import dataset_models, fixture_stems

MAX_SHOWN = 20  # faults
OWN_HISTORY = (
    "This installation has a history of its own (revision {number}), over which fixtures would be"
    " written. Nothing was loaded. `manage.py seed` takes the curated data in as one more revision"
    " and leaves what was changed here."
)
INCOMPLETE = (
    "Fixtures are one dataset in several files. With {given} belong {missing}: load all of them,"
    " `manage.py loaddata fixtures/*.json`. Nothing was loaded."
)


class Command(loaddata.Command):
    help = __doc__

    def loaddata(self, fixture_labels: tuple[str, ...]) -> None:
        self.check_files(fixture_labels)
        self.is_history_kept = Revision.objects.exists() or Dataset.current_revision() > 0
        super().loaddata(fixture_labels)
        if self.models & dataset_models():
            self.check_ledger()

    def check_files(self, fixture_labels: tuple[str, ...]) -> None:
        """Refuse some of the fixtures without the others."""
        stems = {Path(label).name.partition(".")[0] for label in fixture_labels}
        known = fixture_stems()
        given = [stem for stem in known if stem in stems]
        missing = [stem for stem in known if stem not in stems]
        if given and missing:
            raise CommandError(
                INCOMPLETE.format(given=", ".join(given), missing=", ".join(missing))
            )

    def save_obj(self, obj: Any) -> bool:
        if self.is_history_kept and not is_in_ledger(obj.object):
            raise CommandError(OWN_HISTORY.format(number=Dataset.current_revision()))
        return super().save_obj(obj)

    def check_ledger(self) -> None:
        """Refuse a ledger and records that say different things."""
        faults = [*number_faults(), *history_faults()]
        if faults and self.is_history_kept:
            raise CommandError(OWN_HISTORY.format(number=Dataset.current_revision()))
        if faults:
            more = [f"and {len(faults) - MAX_SHOWN} more"] if len(faults) > MAX_SHOWN else []
            lines = "\n".join([*faults[:MAX_SHOWN], *more])
            raise CommandError(
                f"{lines}\nRecords and their ledger belong together. Nothing was loaded."
            )


def is_in_ledger(row: Any) -> bool:
    """Whether a row of the ledger is there already, as it is; every other row may pass."""
    if isinstance(row, Dataset):
        return row.number == Dataset.current_revision()
    if isinstance(row, Revision):
        same = {"at": row.at, "reason": row.reason, "origin": row.origin}
        return Revision.objects.filter(number=row.number, **same).exists()
    if isinstance(row, Version):
        same = {"operation": row.operation, "document": row.document, "into": row.into}
        versions = Version.objects.filter(type=row.type, slug=row.slug, **same)
        return versions.filter(revision=row.revision_id).exists()
    return True

"""Plan the import of a file of records, and with --apply also do it: all of it, or nothing.

The plan is kept: it can be looked at, applied and reverted on the desk, under Imports.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from apps.core.models import record_models
from apps.documents.serializers import document_reader
from apps.exchange.applying import ImportImpossibleError, apply_batch
from apps.exchange.models import Batch, RowOutcome
from apps.exchange.planning import plan_batch
from apps.formats.catalogue import READERS
from apps.formats.contents import FileRefusedError
from apps.formats.files import read_file

MAX_SHOWN_ERRORS = 100  # errors that are printed
STAGES = ("Checking", "Checking again", "Writing; documents and history follow")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", choices=list(record_models()), help="Of which type it is.")
        parser.add_argument("file", type=Path, help=f"{', '.join(READERS).upper()}.")
        parser.add_argument("--apply", action="store_true", help="Also do what the plan says.")
        parser.add_argument("--reason", default="", help="Why, for the history.")
        parser.add_argument("--user", help="Name of the account that acts; else none.")
        parser.add_argument(
            "--are-new", action="store_true", help="Possible duplicates are new all the same."
        )

    def handle(self, *args: Any, type: str, file: Path, user: str | None, **options: Any) -> None:
        self.console, self.stages = Console(), iter(STAGES)
        account = self.get_account(user)
        model = record_models()[type]
        if self.console.is_terminal:
            self.console.print(f"Reading {file.name}", markup=False)
        try:
            with file.open("rb") as opened:
                received = read_file(opened, file.name, document_reader(model))
        except FileNotFoundError as error:
            raise CommandError(f"No such file: {file}") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except FileRefusedError as refused:
            raise CommandError("\n".join(refused.reasons)) from refused
        batch = plan_batch(Batch.from_file(received, model, account), account, self.show_progress)
        batch.save()
        self.stdout.write(f"Import {batch.pk}: {batch.summary}.")
        self.refuse_errors(batch)
        if options["apply"]:
            self.apply_plan(batch, account, options["reason"], options["are_new"])

    def get_account(self, name: str | None) -> Any:
        """The account that acts; none for none."""
        account = get_user_model().objects.filter(username=name).first() if name else None
        if name and not account:
            raise CommandError(f"There is no account “{name}”.")
        return account

    def refuse_errors(self, batch: Batch) -> None:
        """End here if the plan has errors; the first of them are named."""
        if batch.state != Batch.State.REFUSED:
            return
        faults = list(batch.parsed_plan["faults"])
        for entry in batch.parsed_plan["entries"]:
            for fault in entry["faults"]:
                parts = (f"row {entry['row']}", entry["slug"], fault["column"], fault["reason"])
                faults.append(": ".join(part for part in parts if part))
        more = (
            [f"… and {len(faults) - MAX_SHOWN_ERRORS} more"]
            if len(faults) > MAX_SHOWN_ERRORS
            else []
        )
        raise CommandError("\n".join([*faults[:MAX_SHOWN_ERRORS], *more, "Nothing was imported."]))

    def apply_plan(self, batch: Batch, account: Any, reason: str, are_new: bool) -> None:
        """Do what the plan says."""
        if not reason.strip():
            raise CommandError("Say why, for the history: --reason.")
        doubtful = [e for e in batch.parsed_plan["entries"] if e["outcome"] == RowOutcome.DUPLICATE]
        if doubtful and not are_new:
            pairs = (f"{entry['slug']} may be {', '.join(entry['alike'])}" for entry in doubtful)
            raise CommandError("\n".join([*pairs, "If they are new all the same: --are-new."]))
        try:
            batch = apply_batch(batch, account, reason, self.show_progress)
        except (ImportImpossibleError, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        self.refuse_errors(batch)
        number = f", revision {batch.revision.number}" if batch.revision else ""
        self.stdout.write(f"{batch.get_state_display()}{number}.")

    def show_progress(self, rows: Sequence[Any]) -> Iterable[Any]:
        """A bar on a terminal; nothing where the output is read by a program."""
        hidden = not self.console.is_terminal
        label = next(self.stages, STAGES[0])
        return track(rows, label, console=self.console, disable=hidden)

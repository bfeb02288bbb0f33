"""Imports: files that were read in, what each would do or did, and whether it was undone."""

from collections import Counter
from functools import cached_property
from io import StringIO
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from apps.core.models import Record, record_models
from apps.formats.files import FileOfDocuments
from apps.ledger.models import Proposal, Revision


class RowOutcome(models.TextChoices):
    """What becomes of one row of a file."""

    CREATE = "create", "Create"
    UPDATE = "update", "Update"
    UNCHANGED = "unchanged", "Unchanged"
    DUPLICATE = "duplicate", "Possible duplicate"
    ERROR = "error", "Error"


RecordModel = type[Record]
WRITING_OUTCOMES = (RowOutcome.CREATE, RowOutcome.DUPLICATE, RowOutcome.UPDATE)


class Batch(models.Model):
    """A file of documents that somebody wants to take over, or records edited together."""

    class State(models.TextChoices):
        """What was done with it."""

        PLANNED = "planned", "Planned: nothing was written"
        APPLIED = "applied", "Applied"
        PROPOSED = "proposed", "Handed in as proposals"
        REFUSED = "refused", "Refused: it has errors"
        REVERTED = "reverted", "Reverted"

    name = models.CharField(
        max_length=200, help_text="The file's name, or which fields are edited together."
    )
    origin = models.CharField(
        max_length=10,
        choices=Revision.Origin,
        default=Revision.Origin.IMPORT,
        help_text="The way in: a file, or the admin.",
    )
    sha256 = models.CharField(
        max_length=64, help_text="Of the file's bytes; of what came by no file, of its contents."
    )
    size = models.PositiveIntegerField(help_text="Bytes of the same.")
    type = models.CharField(max_length=50, help_text="The endpoint of the records' type.")
    # PROTECT: who did what outlives the account, which is disabled, not deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    summary = models.CharField(max_length=200, blank=True, help_text="How many rows do what.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why, for the history.")
    contents = models.TextField(help_text="What the file says, as lines of JSON (contents.py).")
    plan = models.TextField(help_text="What it would do, as lines of JSON (planning.py).")
    revision = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The revision that it became.",
    )
    reverted_in = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The revision that undid it.",
    )

    proposals = models.ManyToManyField(
        Proposal,
        blank=True,
        related_name="batches",
        help_text="What it became where the account may only propose.",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "import"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_file(cls, file: FileOfDocuments, model: RecordModel, user: User | None) -> "Batch":
        """The batch of a file, not yet planned."""
        return cls(
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            type=model.endpoint(),
            user=user,
            contents=file.contents.dump(),
        )

    @property
    def model(self) -> RecordModel:
        """The type of its records."""
        return record_models()[self.type]

    @cached_property
    def parsed_plan(self) -> dict[str, Any]:
        """The plan, parsed, its rows below `entries`."""
        lines = StringIO(self.plan)
        return {**orjson.loads(next(lines)), "entries": [orjson.loads(line) for line in lines]}

    def set_plan(self, planned: dict[str, Any]) -> None:
        """Take a plan in, with what follows from it: how many rows do what, and the state."""
        counts = Counter(entry["outcome"] for entry in planned["entries"])
        planned["counts"] = {outcome: counts[outcome] for outcome in RowOutcome.values}
        labels = [
            f"{count} {RowOutcome(outcome).label.lower()}"
            for outcome, count in planned["counts"].items()
            if count
        ]
        self.summary = ", ".join(labels)
        head = {key: value for key, value in planned.items() if key != "entries"}
        self.plan = "\n".join(orjson.dumps(line).decode() for line in (head, *planned["entries"]))
        self.forget_parsed_plan()
        is_refused = planned["faults"] or counts[RowOutcome.ERROR]
        self.state = self.State.REFUSED if is_refused else self.State.PLANNED

    def forget_parsed_plan(self) -> None:
        """Let go of the parsed plan: of a long file it is most of what is held."""
        self.__dict__.pop("parsed_plan", None)

    @property
    def may_be_applied(self) -> bool:
        """Whether there is something to write, and nothing against it."""
        counts = self.parsed_plan["counts"]
        return self.state == self.State.PLANNED and any(
            counts[outcome] for outcome in WRITING_OUTCOMES
        )

    @property
    def may_be_planned_again(self) -> bool:
        """Whether its rows are not in the tables, and wait nowhere."""
        return self.state in (self.State.PLANNED, self.State.REFUSED, self.State.REVERTED)

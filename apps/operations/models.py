"""What an installation remembers of itself."""

from datetime import UTC, datetime

from django.db import models


class InstallationQuerySet(models.QuerySet):
    """The one row."""

    def is_brought_up_to(self, state: str) -> bool:
        """Whether the database was last brought up to this state of code."""
        return self.filter(pk=1, state=state).exists()

    def note_upgrade(self, state: str) -> None:
        """The database is now what this state of code needs."""
        self.update_or_create(pk=1, defaults={"state": state, "at": datetime.now(UTC)})


class Installation(models.Model):
    """The state of code that the database was last brought up to, by `upgrade`.

    It stands in the database, so that one that was restored is known to be older than the code.
    """

    state = models.CharField(max_length=64, help_text="The name of a build.")
    at = models.DateTimeField()

    objects = InstallationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="installation_is_one",
                condition=models.Q(pk=1),
                violation_error_message="There is one row.",
            )
        ]

    def __str__(self) -> str:
        return f"brought up to {self.state}"

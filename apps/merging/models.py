"""Pairs of records that look alike and are two."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models

from apps.core.fields import PlainTextField
from apps.core.permissions import Account


class NotDuplicateQuerySet(models.QuerySet):
    """Pairs of records by either of the two."""

    def known_non_duplicates(self, type: str, slug: str) -> set[str]:
        """Slugs of the records that are not duplicates of this one, as somebody has said."""
        pairs = self.filter(models.Q(first=slug) | models.Q(second=slug), type=type)
        return {named for pair in pairs.values_list("first", "second") for named in pair} - {slug}

    def remember(self, type: str, slugs: Iterable[str], user: Account | None, reason: str) -> Any:
        """Note that two records are two, and why; once said, it is not said again."""
        first, second = sorted(slugs)
        given = {"user": user, "reason": reason}
        pair: Any
        pair, _ = self.get_or_create(type=type, first=first, second=second, defaults=given)
        return pair


class NotDuplicate(models.Model):
    """Two records that look alike and are two, as a curator has said; so nobody is asked again."""

    type = models.CharField(max_length=50, help_text="The endpoint of both records.")
    first = models.CharField(max_length=120, help_text="The slug that comes first by its letters.")
    second = models.CharField(max_length=120, help_text="The other slug.")
    reason = PlainTextField(max_length=500, help_text="How one knows.")
    # PROTECT: who said what outlives the account, which is disabled, not deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = NotDuplicateQuerySet.as_manager()

    class Meta:
        db_table = "core_notduplicate"  # where it stood first
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["type", "first", "second"], name="pair_stands_once"),
            models.CheckConstraint(
                name="pair_of_two", condition=~models.Q(first=models.F("second"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.first}, {self.second}"

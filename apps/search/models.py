"""The search index: one row for each published record, made of nothing but its document."""

from typing import Any

from django.db import models


class EntryQuerySet(models.QuerySet):
    """Entries by the record that they are of."""

    def get_by_natural_key(self, type: str, slug: str) -> Any:
        return self.get(type=type, slug=slug)


class Entry(models.Model):
    """What can be found of one published record, and what is shown of it when it was found.

    The four texts hold folded words (words.py). What the databases derive of them, full-text and
    trigram indexes, they keep in step themselves (migrations/0001_initial.py): by generated columns
    in PostgreSQL, by triggers in SQLite. Whoever alters this table on SQLite makes it anew, and
    must create the triggers again.
    """

    type = models.CharField(max_length=50, help_text="The record's endpoint, such as actors.")
    slug = models.CharField(max_length=120)
    label = models.CharField(max_length=300, help_text="The record's name or title, as shown.")
    summary = models.CharField(max_length=1000, null=True, blank=True, help_text="As shown.")
    label_words = models.TextField(blank=True, help_text="Words of the label.")
    name_words = models.TextField(
        blank=True, help_text="Words of further names, external ids and the slug."
    )
    summary_words = models.TextField(blank=True, help_text="Words of the summary.")
    other_words = models.TextField(blank=True, help_text="Words of other texts of the document.")

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["type", "slug"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["type", "slug"], name="entry_once_a_record")]

    def __str__(self) -> str:
        return f"{self.type}/{self.slug}"

    def natural_key(self) -> tuple[str, str]:
        return (self.type, self.slug)

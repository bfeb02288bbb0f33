"""Querysets that every type shares; a type adds its own words (`in_force_on`, `between`)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q


class RecordQuerySet(models.QuerySet):
    """Records of one type."""

    def published(self) -> Self:
        """What readers see: a record has a document exactly while it is published."""
        return self.filter(document__isnull=False)

    def visible_to(self, user: Any) -> Self:
        """What `user` may read through the API: for everyone, what is published."""
        return self.published()

    def get_by_natural_key(self, slug: str) -> Any:
        """The record with this slug: fixtures name records as documents do."""
        return self.get(slug=slug)

    def resting_on(self, *articles: Any) -> Self:
        """Records with a citation of any of `articles`."""
        return self.having("citations", article__in=articles)

    def having(self, part: str, **conditions: Any) -> Self:
        """Records with one row in `part` that meets all `conditions` together.

        A subquery, not a join: no row comes twice, and two calls may be met by two rows.
        """
        return self.filter(self.with_part(part, **conditions))

    def lacking(self, part: str, **conditions: Any) -> Self:
        """Records without any row in `part` that meets all `conditions`."""
        return self.exclude(self.with_part(part, **conditions))

    def with_part(self, part: str, **conditions: Any) -> Q:
        """The condition behind `having`, for use with `|`."""
        model: Any = self.model._meta.get_field(part).related_model
        rows = model._default_manager.filter(**conditions)
        return Q(pk__in=rows.values("record"))


class PartQuerySet(models.QuerySet):
    """Parts of records: the parties of agreements, the stops of corridors."""

    def get_by_natural_key(self, slug: str, position: int) -> Any:
        """The part at `position` (from 1) of the record with this slug."""
        return self.get(record__slug=slug, position=position)

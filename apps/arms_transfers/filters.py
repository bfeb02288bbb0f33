"""What arms transfers can be asked for."""

from typing import Any

from django.db.models import Q

from apps.actors.models import Actor
from apps.arms_transfers.models import ArmsTransfer
from apps.core.filters import DateFilter, RecordFilterSet, RecordsFilter


class ArmsTransferFilterSet(RecordFilterSet):
    """Arms transfers; aggregates are left out unless `is_aggregate` asks for them."""

    actor = RecordsFilter(
        queryset=Actor.objects.all(),
        method="with_actor",
        help_text="Slug of an actor as supplier, recipient, end user or designer.",
    )
    year = DateFilter(
        lookup_expr="in_year", help_text="Ordered or delivered, possibly, in this year."
    )

    class Meta:
        model = ArmsTransfer
        fields = ()

    def with_actor(self, queryset: Any, name: str, value: list[Actor]) -> Any:
        roles = ("supplier", "recipient", "end_user", "designer")
        condition = Q()
        for role in roles:
            condition |= Q(**{f"{role}__in": value})
        return queryset.filter(condition)

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if "is_aggregate" in self.data else found.single_lines()

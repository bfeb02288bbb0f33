"""What agreements can be asked for."""

from typing import Any

from apps.actors.models import Actor
from apps.agreements.models import Agreement
from apps.core.filters import DateFilter, RecordFilterSet, RecordsFilter


class AgreementFilterSet(RecordFilterSet):
    """Agreements, also by who is party to them and when they were in force."""

    in_force_on = DateFilter(
        lookup_expr="in_force_on", help_text="In force on some day of this EDTF date."
    )
    actor = RecordsFilter(
        queryset=Actor.objects.all(), method="with_actor", help_text="Slug of an actor in any role."
    )
    party = RecordsFilter(
        queryset=Actor.objects.all(),
        lookup_expr="with_party",
        help_text="Slug of a party in the proper sense; repeat for OR.",
    )
    between = RecordsFilter(
        queryset=Actor.objects.all(),
        lookup_expr="between",
        help_text="Slug of a party; repeat it: all of them are party.",
    )
    mediator = RecordsFilter(
        queryset=Actor.objects.all(),
        lookup_expr="mediated_by",
        help_text="Slug of a mediator, broker or guarantor; repeat for OR.",
    )

    class Meta:
        model = Agreement
        fields = ()

    def with_actor(self, queryset: Any, name: str, value: list[Actor]) -> Any:
        return queryset.having("parties", actor__in=value)

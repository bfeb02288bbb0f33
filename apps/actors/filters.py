"""What actors and memberships can be asked for."""

from typing import Any

import django_filters

from apps.actors.models import Actor, Membership
from apps.core.fields import validate_edtf
from apps.core.filters import DateFilter, RecordFilterSet, RecordsFilter


class ActorFilterSet(RecordFilterSet):
    """Actors, also by what they are members of on a date."""

    member_of = RecordsFilter(
        queryset=Actor.objects.all(),
        method="filter_member_of",
        help_text="Slug of an organisation: its full members, on the date in `on` if given.",
    )
    on = django_filters.CharFilter(
        method="filter_on", validators=[validate_edtf], help_text="EDTF date for `member_of`."
    )

    class Meta:
        model = Actor
        fields = ()

    def filter_member_of(self, queryset: Any, name: str, value: list[Actor]) -> Any:
        found = queryset.none()
        for organisation in value:
            found = found | queryset.members_of(organisation, self.data.get("on", "1700/2200"))
        return found

    def filter_on(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class MembershipFilterSet(RecordFilterSet):
    """Memberships, also those that lasted on a date."""

    during = DateFilter(lookup_expr="during", help_text="Lasted on some day of this EDTF date.")

    class Meta:
        model = Membership
        fields = ()

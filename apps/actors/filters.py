"""What actors and memberships can be asked for."""

from collections.abc import Iterator
from typing import Any

from apps.actors.models import Actor, Membership
from apps.api.http.problems import ParameterError
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import on_date, records


class ActorFilterSet(RecordFilterSet):
    """Actors, also by what they are members of on a date."""

    member_of = records(
        Actor,
        calls="members_of",
        help_text="Slug of an organisation: its full members, on the date in `on` if given.",
    )
    on = on_date("all", "EDTF date on which `member_of` is asked; without it, at any time.")

    class Meta:
        model = Actor
        fields = ()

    @classmethod
    def get_filters(cls) -> Any:
        found = super().get_filters()
        found.pop("on__not", None)  # `on` says when, it excludes nothing
        return found

    def faults(self) -> Iterator[ParameterError]:
        if "on" in self.data and "member_of" not in self.data:
            yield ParameterError("on", "The date of a membership: name the body in member_of.")

    def filter_queryset(self, queryset: Any) -> Any:
        """`member_of` and `on` speak together."""
        values = self.form.cleaned_data
        date = (values.pop("on", None) or [""])[0]
        organisations = values.pop("member_of", None)
        found = super().filter_queryset(queryset)
        return found.members_of(*organisations, on=date) if organisations else found


class MembershipFilterSet(RecordFilterSet):
    """Memberships, also those that lasted on a date."""

    during = on_date("during", "Lasted on some day of this EDTF date.")

    class Meta:
        model = Membership
        fields = ()

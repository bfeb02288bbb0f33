"""What actors and memberships can be asked for."""

from apps.actors.models import Actor, Membership
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import Condition, date_filter, records_filter
from apps.api.query.values import DATE_SCHEMA


class ActorFilterSet(RecordFilterSet):
    """Actors, also by what they are members of on a date."""

    member_of = records_filter(
        Actor,
        calls="members_of",
        help_text="Slug of an organisation: its full members, on the date in `on` if given.",
    )
    on = Condition(
        DATE_SCHEMA,
        beside="member_of",
        alone="The date of a membership: name the body in member_of.",
        help_text="EDTF date on which `member_of` is asked; without it, at any time.",
    )

    class Meta:
        model = Actor
        fields = ()


class MembershipFilterSet(RecordFilterSet):
    """Memberships, also those that lasted on a date."""

    during = date_filter("during", "Lasted on some day of this EDTF date.")

    class Meta:
        model = Membership
        fields = ()

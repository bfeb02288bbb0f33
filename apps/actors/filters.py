"""What actors and memberships can be asked for."""

from apps.actors.models import Actor, Membership
from apps.api.query.conditions import UNDATED, Condition
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import records_filter
from apps.api.query.values import DATE_SCHEMA


def date_of_membership(help_text: str) -> Condition:
    """A date that stands beside `member_of`."""
    alone = "The date of a membership: name the body in member_of."
    return Condition(DATE_SCHEMA, beside="member_of", alone=alone, help_text=help_text)


class ActorFilterSet(RecordFilterSet):
    """Actors, also by what they are members of on a date."""

    member_of = records_filter(
        Actor,
        calls="members_of",
        possible="possibly_members_of",
        denies="known_to_be_outside",
        absence_rests_on="memberships",
        leaves_out=UNDATED,
        help_text="Slug of an organisation: its full members, on the date in `on` if given.",
    )
    on = date_of_membership("EDTF date on which `member_of` is asked; without it, at any time.")
    on__certain = date_of_membership("The same, of members who are certain.")
    on__possible = date_of_membership("The same, of members who are possible.")

    class Meta:
        model = Actor
        fields = ()


class MembershipFilterSet(RecordFilterSet):
    """Memberships by their fields, and by when they last."""

    class Meta:
        model = Membership
        fields = ()

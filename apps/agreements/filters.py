"""What agreements can be asked for."""

from apps.actors.models import Actor
from apps.agreements.models import Agreement
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import records_filter


class AgreementFilterSet(RecordFilterSet):
    """Agreements, also by who is party to them and when they were in force."""

    actor = records_filter(
        Actor,
        calls="naming",
        rests_on="parties",
        help_text="Slug of an actor in any role; repeat for OR.",
    )
    party = records_filter(
        Actor,
        calls="with_party",
        rests_on="parties",
        help_text="Slug of a party in the proper sense; repeat for OR.",
    )
    between = records_filter(
        Actor,
        calls="between",
        rests_on="parties",
        help_text="Slug of a party; repeat it: all of them are. Old name of `party__all`.",
    ).without_all()
    mediator = records_filter(
        Actor,
        calls="mediated_by",
        rests_on="parties",
        help_text="Slug of a mediator, broker or guarantor; repeat for OR.",
    )

    class Meta:
        model = Agreement
        fields = ()

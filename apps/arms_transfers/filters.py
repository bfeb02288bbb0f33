"""What arms transfers can be asked for."""

from typing import ClassVar

from apps.actors.models import Actor
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import date_filter, records_filter
from apps.arms_transfers.models import ArmsTransfer


class ArmsTransferFilterSet(RecordFilterSet):
    """Arms transfers; what contains others is left out unless `is_aggregate` asks for it."""

    actor = records_filter(
        Actor,
        calls="naming",
        help_text="Slug of an actor as supplier, recipient, end user or designer; repeat for OR.",
    )
    year = date_filter(
        "in_year", "Ordered or delivered, possibly, in this year.", possible="possibly_in_year"
    )

    class Meta:
        model = ArmsTransfer
        fields = ()

    aggregate_field: ClassVar[str] = "is_aggregate"

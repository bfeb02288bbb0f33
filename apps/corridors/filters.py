"""What corridors can be asked for."""

from django.db.models import Q

from apps.actors.models import Actor
from apps.api.query.conditions import NO_GEOMETRY, Condition
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import records_filter
from apps.api.query.values import BOX_SCHEMA, vocabulary_word
from apps.core import codes
from apps.corridors.models import Corridor


class CorridorFilterSet(RecordFilterSet):
    """Corridors, also by the countries they cross, the box they touch, the date they run."""

    country = Condition(
        vocabulary_word(codes.ALPHA_3),
        calls="crossing",
        rests_on="countries",
        leaves_out="unknown.country",
        many="repeat",
        help_text="ISO 3166-1 alpha-2 code of a country that it crosses; repeat for OR.",
    )
    actor = records_filter(
        Actor,
        calls="naming",
        rests_on="participants",
        help_text="Slug of an actor in any role; repeat for OR.",
    )
    bbox = Condition(
        BOX_SCHEMA,
        build=lambda values: Corridor.objects.all().within_condition(values[0]),
        build_possible=lambda values: Q(geometry__isnull=True),
        leaves_out=NO_GEOMETRY,
        help_text="Its line crosses or touches the box west,south,east,north (degrees, WGS 84;"
        " west > east: across the antimeridian); without a line: a stop of it lies there.",
    )

    class Meta:
        model = Corridor
        fields = ()

"""What corridors can be asked for."""

from apps.actors.models import Actor
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import Condition, on_date, records
from apps.api.query.values import BOX, vocabulary_word
from apps.core import codes
from apps.corridors.models import Corridor


class CorridorFilterSet(RecordFilterSet):
    """Corridors, also by the countries they cross, the box they touch, the date they run."""

    country = Condition(
        vocabulary_word(codes.ALPHA_3),
        calls="crossing",
        many="repeat",
        help_text="ISO 3166-1 alpha-2 code of a country that it crosses; repeat for OR.",
    )
    actor = records(Actor, calls="naming", help_text="Slug of an actor in any role; repeat for OR.")
    operating_on = on_date("operating_on", "In operation on some day of this EDTF date.")
    bbox = Condition(
        BOX,
        calls="within",
        help_text="Touches the box west,south,east,north (degrees, WGS 84).",
    )

    class Meta:
        model = Corridor
        fields = ()

"""What corridors can be asked for."""

from django.core.exceptions import ValidationError

from apps.actors.models import Actor
from apps.api.query import schemas as shapes
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import Condition, on_date, records
from apps.api.query.values import each, word_of
from apps.core import codes, geometry
from apps.corridors.models import Corridor


def a_box(text: str) -> geometry.Box:
    """`west,south,east,north` in degrees."""
    try:
        return geometry.parse_box(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class CorridorFilterSet(RecordFilterSet):
    """Corridors, also by the countries they cross, the box they touch, the date they run."""

    country = Condition(
        each(word_of(codes.COUNTRIES)),
        calls="crossing",
        many="repeat",
        schema=shapes.word(codes.ALPHA_3),
        help_text="ISO 3166-1 alpha-2 code of a country that it crosses; repeat for OR.",
    )
    actor = records(Actor, calls="naming", help_text="Slug of an actor in any role; repeat for OR.")
    operating_on = on_date("operating_on", "In operation on some day of this EDTF date.")
    bbox = Condition(
        each(a_box),
        calls="within",
        schema=shapes.BOX,
        help_text="Touches the box west,south,east,north (degrees, WGS 84).",
    )

    class Meta:
        model = Corridor
        fields = ()

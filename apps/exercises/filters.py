"""What exercises can be asked for."""

from apps.actors.models import Actor
from apps.api.query.conditions import Condition
from apps.api.query.filters import RecordFilterSet
from apps.api.query.lookups import records_filter
from apps.api.query.values import vocabulary_word
from apps.core import codes
from apps.exercises.models import Exercise


class ExerciseFilterSet(RecordFilterSet):
    """Exercises, also by who took part and who did not."""

    country = Condition(
        vocabulary_word(codes.ALPHA_3),
        calls="held_in",
        rests_on="countries",
        leaves_out="unknown.country",
        many="repeat",
        help_text="ISO 3166-1 alpha-2 code of a country in which it is held; repeat for OR.",
    )
    actor = records_filter(
        Actor,
        calls="naming",
        rests_on="participants",
        help_text="Slug of an actor in any role; repeat for OR.",
    )
    participant = records_filter(
        Actor,
        calls="with_participant",
        rests_on="participants",
        help_text="Slug of one who took part; repeat for OR.",
    )
    without = records_filter(
        Actor,
        calls="without",
        rests_on="participants",
        help_text="Slug of one who took no part; repeat it: none of them did.",
    ).without_all()

    class Meta:
        model = Exercise
        fields = ()

"""What exercises can be asked for."""

from typing import Any

from apps.actors.models import Actor
from apps.core.filters import RecordFilterSet, RecordsFilter
from apps.exercises.models import Exercise


class ExerciseFilterSet(RecordFilterSet):
    """Exercises, also by who took part and who did not."""

    actor = RecordsFilter(
        queryset=Actor.objects.all(), method="with_actor", help_text="Slug of an actor in any role."
    )
    participant = RecordsFilter(
        queryset=Actor.objects.all(),
        lookup_expr="with_participant",
        help_text="Slug of one who took part; repeat for OR.",
    )
    without = RecordsFilter(
        queryset=Actor.objects.all(),
        lookup_expr="without",
        help_text="Slug of one who took no part; repeat it: none of them did.",
    )

    class Meta:
        model = Exercise
        fields = ()

    def with_actor(self, queryset: Any, name: str, value: list[Actor]) -> Any:
        return queryset.having("participants", actor__in=value)

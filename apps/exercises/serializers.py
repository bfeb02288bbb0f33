"""The document of an exercise."""

from apps.documents.serializers import RecordSerializer
from apps.exercises.models import Exercise


class ExerciseSerializer(RecordSerializer):
    """An exercise: who trained with whom, where, when and what for."""

    class Meta(RecordSerializer.Meta):
        model = Exercise
        fields = (
            *RecordSerializer.Meta.head,
            "series",
            "edition",
            "domains",
            "status",
            "announced_on",
            "starts_on",
            "ends_on",
            "places",
            "countries",
            "participants",
            "personnel_total",
            "personnel_total_max",
            "personnel_total_qualifier",
            "objective",
            "names",
            *RecordSerializer.Meta.tail,
        )

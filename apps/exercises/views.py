"""Exercises: `/api/v1/exercises/`."""

from apps.api.views import RecordViewSet
from apps.exercises.filters import ExerciseFilterSet
from apps.exercises.models import Exercise
from apps.exercises.serializers import ExerciseSerializer


class ExerciseViewSet(RecordViewSet):
    """Military and security exercises: who trained with whom, where and when."""

    queryset = Exercise.objects.all()
    serializer_class = ExerciseSerializer
    filterset_class = ExerciseFilterSet

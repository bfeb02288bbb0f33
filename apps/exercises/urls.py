"""The address of exercises."""

from apps.exercises.views import ExerciseViewSet

routes = [("exercises", ExerciseViewSet)]

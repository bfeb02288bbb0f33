"""Exercises and their parts."""

import factory

from apps.exercises.models import (
    Exercise,
    ExerciseCitation,
    ExerciseExternalId,
    ExerciseName,
    Participant,
)
from tests.core.factories import ExternalIdFactory, NamePartFactory, PartFactory, RecordFactory
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import CitationFactory


class ExerciseFactory(RecordFactory):
    """An exercise that was held in 2024."""

    class Meta:
        model = Exercise

    slug = factory.Sequence("exercise-{}".format)
    name = factory.Sequence("Exercise {}".format)
    status = "held"
    starts_on = "2024-07"


class ParticipantFactory(PartFactory):
    class Meta:
        model = Participant

    record = factory.SubFactory(ExerciseFactory)
    actor = factory.SubFactory(ActorFactory)


class ExerciseNameFactory(NamePartFactory):
    class Meta:
        model = ExerciseName

    record = factory.SubFactory(ExerciseFactory)


class ExerciseExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = ExerciseExternalId

    record = factory.SubFactory(ExerciseFactory)


class ExerciseCitationFactory(CitationFactory):
    class Meta:
        model = ExerciseCitation

    record = factory.SubFactory(ExerciseFactory)

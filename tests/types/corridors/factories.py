"""Corridors and their parts."""

import factory

from apps.corridors.models import (
    Corridor,
    CorridorCitation,
    CorridorExternalId,
    CorridorName,
    Participation,
    Stop,
)
from tests.core.factories import ExternalIdFactory, NamePartFactory, PartFactory, RecordFactory
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import CitationFactory
from tests.types.places.factories import PlaceFactory


class CorridorFactory(RecordFactory):
    """A proposed transport corridor."""

    class Meta:
        model = Corridor

    slug = factory.Sequence("corridor-{}".format)
    name = factory.Sequence("Corridor {}".format)
    kind = "transport"
    status = "proposed"


class ParticipationFactory(PartFactory):
    class Meta:
        model = Participation

    record = factory.SubFactory(CorridorFactory)
    actor = factory.SubFactory(ActorFactory)
    role = "transit"


class StopFactory(PartFactory):
    class Meta:
        model = Stop

    record = factory.SubFactory(CorridorFactory)
    place = factory.SubFactory(PlaceFactory)
    order = factory.Sequence(lambda n: n + 1)


class CorridorNameFactory(NamePartFactory):
    class Meta:
        model = CorridorName

    record = factory.SubFactory(CorridorFactory)


class CorridorExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = CorridorExternalId

    record = factory.SubFactory(CorridorFactory)


class CorridorCitationFactory(CitationFactory):
    class Meta:
        model = CorridorCitation

    record = factory.SubFactory(CorridorFactory)

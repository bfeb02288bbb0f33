"""Sightings and their parts."""

import factory

from apps.sightings.models import (
    Sighting,
    SightingCitation,
    SightingExternalId,
    SightingName,
    Witness,
)
from tests.core.factories import ExternalIdFactory, NamePartFactory, PartFactory, RecordFactory
from tests.types.articles.factories import CitationFactory


class SightingFactory(RecordFactory):
    """A ship that is there since June 2025."""

    class Meta:
        model = Sighting

    slug = factory.Sequence("sighting-{}".format)
    name = factory.Sequence("Sighting {}".format)
    kind = "ship"
    status = "there"
    seen_on = "2025-06"


class WitnessFactory(PartFactory):
    class Meta:
        model = Witness

    record = factory.SubFactory(SightingFactory)
    name = factory.Sequence("Witness {}".format)


class SightingNameFactory(NamePartFactory):
    class Meta:
        model = SightingName

    record = factory.SubFactory(SightingFactory)


class SightingExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = SightingExternalId

    record = factory.SubFactory(SightingFactory)


class SightingCitationFactory(CitationFactory):
    class Meta:
        model = SightingCitation

    record = factory.SubFactory(SightingFactory)

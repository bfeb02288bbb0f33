"""Places and their parts."""

import factory

from apps.places.models import Place, PlaceCitation, PlaceExternalId, PlaceName
from tests.core.factories import ExternalIdFactory, NamePartFactory, RecordFactory
from tests.types.articles.factories import CitationFactory


class PlaceFactory(RecordFactory):
    """A city in Azerbaijan."""

    class Meta:
        model = Place

    slug = factory.Sequence("place-{}".format)
    name = factory.Sequence("Place {}".format)
    kind = "city"
    country = "AZ"


class PlaceNameFactory(NamePartFactory):
    class Meta:
        model = PlaceName

    record = factory.SubFactory(PlaceFactory)


class PlaceExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = PlaceExternalId

    record = factory.SubFactory(PlaceFactory)


class PlaceCitationFactory(CitationFactory):
    class Meta:
        model = PlaceCitation

    record = factory.SubFactory(PlaceFactory)

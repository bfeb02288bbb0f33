"""Arms transfers and their parts."""

import factory

from apps.arms_transfers.models import ArmsTransfer, ArmsTransferCitation, ArmsTransferExternalId
from tests.core.factories import ExternalIdFactory, RecordFactory
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import CitationFactory


class ArmsTransferFactory(RecordFactory):
    """An order of aircraft of unknown number between two new states."""

    class Meta:
        model = ArmsTransfer

    slug = factory.Sequence("transfer-{}".format)
    name = factory.Sequence("Transfer {}".format)
    supplier = factory.SubFactory(ActorFactory)
    recipient = factory.SubFactory(ActorFactory)
    weapon_category = "aircraft"
    status = "ordered"


class ArmsTransferExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = ArmsTransferExternalId

    record = factory.SubFactory(ArmsTransferFactory)


class ArmsTransferCitationFactory(CitationFactory):
    class Meta:
        model = ArmsTransferCitation

    record = factory.SubFactory(ArmsTransferFactory)

"""Agreements and their parts."""

import factory

from apps.agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementExternalId,
    AgreementName,
    Party,
    Provision,
    Relation,
)
from tests.core.factories import ExternalIdFactory, NamePartFactory, PartFactory, RecordFactory
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import CitationFactory


class AgreementFactory(RecordFactory):
    """A signed treaty; name its parties with parties=[{"actor": ...}]."""

    class Meta:
        model = Agreement

    slug = factory.Sequence("agreement-{}".format)
    name = factory.Sequence("Agreement {}".format)
    kind = "treaty"
    status = "signed"
    signed_on = "1994-05-12"


class PartyFactory(PartFactory):
    class Meta:
        model = Party

    record = factory.SubFactory(AgreementFactory)
    actor = factory.SubFactory(ActorFactory)


class ProvisionFactory(PartFactory):
    class Meta:
        model = Provision

    record = factory.SubFactory(AgreementFactory)
    number = factory.Sequence("{}".format)
    subject = "Trade"


class RelationFactory(PartFactory):
    class Meta:
        model = Relation

    record = factory.SubFactory(AgreementFactory)
    agreement = factory.SubFactory(AgreementFactory)
    kind = "amends"


class AgreementNameFactory(NamePartFactory):
    class Meta:
        model = AgreementName

    record = factory.SubFactory(AgreementFactory)


class AgreementExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = AgreementExternalId

    record = factory.SubFactory(AgreementFactory)


class AgreementCitationFactory(CitationFactory):
    class Meta:
        model = AgreementCitation

    record = factory.SubFactory(AgreementFactory)

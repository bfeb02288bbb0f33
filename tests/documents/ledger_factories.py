"""The ledger's rows, where a test needs them without a record."""

from datetime import UTC, datetime

import factory

from apps.ledger.models import Dataset, KeptAnswer, Proposal, Remark, Revision, Version
from tests.accounts.factories import UserFactory


class DatasetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dataset
        django_get_or_create = ["pk"]

    pk = 1


class RevisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Revision

    number = factory.Sequence(lambda n: n + 1)
    at = datetime(2026, 1, 31, tzinfo=UTC)
    origin = "seed"


class VersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Version

    revision = factory.SubFactory(RevisionFactory)
    type = "actors"
    slug = factory.Sequence("actor-{}".format)
    operation = "created"
    is_public = True
    document = '{"slug":"x"}'


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proposal

    type = "actors"
    slug = factory.Sequence("actor-{}".format)
    document = '{"slug":"x"}'
    author = factory.SubFactory(UserFactory)
    origin = "admin"


class RemarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Remark

    proposal = factory.SubFactory(ProposalFactory)
    user = factory.SubFactory(UserFactory)
    act = "proposed"


class KeptAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeptAnswer

    user = factory.SubFactory(UserFactory)
    key = factory.Sequence("request-{}".format)
    asked = "0" * 64
    status = 201

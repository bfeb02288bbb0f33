"""Actors, memberships and their parts."""

import factory

from apps.actors.models import (
    Actor,
    ActorCitation,
    ActorExternalId,
    ActorName,
    Membership,
    MembershipCitation,
    MembershipExternalId,
)
from tests.core.factories import ExternalIdFactory, NamePartFactory, RecordFactory
from tests.types.articles.factories import CitationFactory


class ActorFactory(RecordFactory):
    """A state without a code."""

    class Meta:
        model = Actor

    slug = factory.Sequence("actor-{}".format)
    name = factory.Sequence("Actor {}".format)
    kind = "state"


class ActorNameFactory(NamePartFactory):
    class Meta:
        model = ActorName

    record = factory.SubFactory(ActorFactory)


class ActorExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = ActorExternalId

    record = factory.SubFactory(ActorFactory)


class ActorCitationFactory(CitationFactory):
    class Meta:
        model = ActorCitation

    record = factory.SubFactory(ActorFactory)


class MembershipFactory(RecordFactory):
    """An active member of an organisation, since 1994."""

    class Meta:
        model = Membership

    slug = factory.Sequence("membership-{}".format)
    name = factory.Sequence("Membership {}".format)
    actor = factory.SubFactory(ActorFactory)
    organisation = factory.SubFactory(ActorFactory, kind="international_organisation")
    role = "member"
    status = "active"
    since = "1994"


class MembershipExternalIdFactory(ExternalIdFactory):
    class Meta:
        model = MembershipExternalId

    record = factory.SubFactory(MembershipFactory)


class MembershipCitationFactory(CitationFactory):
    class Meta:
        model = MembershipCitation

    record = factory.SubFactory(MembershipFactory)

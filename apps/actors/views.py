"""Actors and memberships: `/api/v1/actors/`, `/api/v1/memberships/`."""

from apps.actors.filters import ActorFilterSet, MembershipFilterSet
from apps.actors.models import Actor, Membership
from apps.actors.serializers import ActorSerializer, MembershipSerializer
from apps.api.views import RecordViewSet


class ActorViewSet(RecordViewSet):
    """States, organisations, groups, companies and persons that act."""

    queryset = Actor.objects.all()
    serializer_class = ActorSerializer
    filterset_class = ActorFilterSet


class MembershipViewSet(RecordViewSet):
    """Who belongs to what, as what, since when."""

    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilterSet

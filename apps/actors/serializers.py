"""The documents of actors and memberships."""

from apps.actors.models import Actor, Membership
from apps.documents.serializers import RecordSerializer


class ActorSerializer(RecordSerializer):
    """An actor: what it is, whose it is, since when, and all its names."""

    class Meta(RecordSerializer.Meta):
        model = Actor
        fields = (
            *RecordSerializer.Meta.head,
            "kind",
            "country",
            "iso_code",
            "region",
            "parent",
            "founded_on",
            "dissolved_on",
            "successor_of",
            "names",
            *RecordSerializer.Meta.tail,
        )


class MembershipSerializer(RecordSerializer):
    """A membership: who belongs to what, as what, since when."""

    class Meta(RecordSerializer.Meta):
        model = Membership
        fields = (
            *RecordSerializer.Meta.head,
            "actor",
            "organisation",
            "role",
            "status",
            "since",
            "until",
            "holds",
            "blocked_by",
            *RecordSerializer.Meta.tail,
        )

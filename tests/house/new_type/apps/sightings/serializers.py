"""The document of a sighting."""

from apps.documents.serializers import RecordSerializer
from apps.sightings.models import Sighting


class SightingSerializer(RecordSerializer):
    """A sighting: what was seen, when, where and by whom."""

    class Meta(RecordSerializer.Meta):
        model = Sighting
        fields = (
            *RecordSerializer.Meta.head,
            "kind",
            "status",
            "seen_on",
            "gone_on",
            "holds",
            "place",
            "account",
            "witnesses",
            "names",
            *RecordSerializer.Meta.tail,
        )

"""The document of a place."""

from apps.documents.serializers import RecordSerializer
from apps.places.models import Place


class PlaceSerializer(RecordSerializer):
    """A place: what it is, where it lies, what it is called."""

    class Meta(RecordSerializer.Meta):
        model = Place
        fields = (
            *RecordSerializer.Meta.head,
            "kind",
            "country",
            "part_of",
            "latitude",
            "longitude",
            "names",
            *RecordSerializer.Meta.tail,
        )

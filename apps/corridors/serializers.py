"""The document of a corridor."""

from apps.corridors.models import Corridor
from apps.documents.serializers import RecordSerializer


class CorridorSerializer(RecordSerializer):
    """A corridor: what runs through it, whose it is, where it passes, how far it has come."""

    class Meta(RecordSerializer.Meta):
        model = Corridor
        fields = (
            *RecordSerializer.Meta.head,
            "kind",
            "modes",
            "status",
            "parent",
            "participants",
            "stops",
            "countries",
            "length_km",
            "length_km_max",
            "length_km_qualifier",
            "capacity_value",
            "capacity_value_max",
            "capacity_value_qualifier",
            "capacity_unit",
            "established_on",
            "opens_on",
            "opened_on",
            "closed_on",
            "holds",
            "agreements",
            "alternative_to",
            "geometry",
            "geometry_accuracy",
            "geometry_source",
            "names",
            *RecordSerializer.Meta.tail,
        )

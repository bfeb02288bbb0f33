"""What places can be asked for."""

from apps.api.query.filters import RecordFilterSet
from apps.places.models import Place


class PlaceFilterSet(RecordFilterSet):
    """Places by kind and country; the rest comes from the model."""

    class Meta:
        model = Place
        fields = ()

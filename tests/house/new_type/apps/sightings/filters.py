"""What sightings can be asked for."""

from apps.api.query.filters import RecordFilterSet
from apps.sightings.models import Sighting


class SightingFilterSet(RecordFilterSet):
    """Sightings by their fields; all of that comes from the model."""

    class Meta:
        model = Sighting
        fields = ()

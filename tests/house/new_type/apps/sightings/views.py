"""Sightings: `/api/v1/sightings/`."""

from apps.api.views import RecordViewSet
from apps.sightings.filters import SightingFilterSet
from apps.sightings.models import Sighting
from apps.sightings.serializers import SightingSerializer


class SightingViewSet(RecordViewSet):
    """Ships, aircraft and troops where they do not usually go."""

    queryset = Sighting.objects.all()
    serializer_class = SightingSerializer
    filterset_class = SightingFilterSet

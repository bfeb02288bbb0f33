"""Corridors: `/api/v1/corridors/`."""

from apps.api.views import RecordViewSet
from apps.corridors.filters import CorridorFilterSet
from apps.corridors.models import Corridor
from apps.corridors.serializers import CorridorSerializer


class CorridorViewSet(RecordViewSet):
    """Transit routes, pipelines, power lines and cables; running, planned or proposed."""

    queryset = Corridor.objects.all()
    serializer_class = CorridorSerializer
    filterset_class = CorridorFilterSet

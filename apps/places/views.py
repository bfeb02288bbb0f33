"""Places: `/api/v1/places/`."""

from apps.api.views import RecordViewSet
from apps.places.filters import PlaceFilterSet
from apps.places.models import Place
from apps.places.serializers import PlaceSerializer


class PlaceViewSet(RecordViewSet):
    """Cities, ports, bases, seas and regions, with coordinates."""

    queryset = Place.objects.all()
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilterSet

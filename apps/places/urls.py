"""The address of places."""

from apps.places.views import PlaceViewSet

routes = [("places", PlaceViewSet)]

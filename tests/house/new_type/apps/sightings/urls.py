"""The address of sightings."""

from apps.sightings.views import SightingViewSet

routes = [("sightings", SightingViewSet)]

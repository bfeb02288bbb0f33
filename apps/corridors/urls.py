"""The address of corridors."""

from apps.corridors.views import CorridorViewSet

routes = [("corridors", CorridorViewSet)]

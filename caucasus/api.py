"""One router out of the apps' routes, in the order of the catalogue."""

from importlib import import_module

from django.conf import settings
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from django.urls import include, path, re_path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from apps.ledger.models import Dataset


class BothSlashesRouter(SimpleRouter):
    """`/actors` and `/actors/` both answer; neither is redirected."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


router = BothSlashesRouter()
for app in settings.RESOURCE_APPS:
    for prefix, viewset in import_module(f"{app}.urls").routes:
        router.register(prefix, viewset)


class RootView(APIView):
    """Where everything is: endpoints, licence, and the revision of the dataset."""

    permission_classes = [AllowAny]

    def get(self, request: object) -> Response:
        """Links to every endpoint."""
        build = request.build_absolute_uri  # type: ignore[attr-defined]
        endpoints = {prefix: build(f"/api/v1/{prefix}/") for prefix, _, _ in router.registry}
        links = {name: build(f"/api/v1/{name}/") for name in ("schema", "docs")}
        return Response(
            {
                "title": "Caucasus and Central Asia: geopolitics as structured data",
                "licence": "https://creativecommons.org/licenses/by/4.0/",
                "revision": Dataset.current(),
                "endpoints": endpoints,
                "links": links,
            }
        )


urlpatterns = [
    re_path(r"^$", RootView.as_view(), name="api-root"),
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include(router.urls)),
]

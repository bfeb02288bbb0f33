"""One router out of the apps' routes, in the order of the catalogue."""

from importlib import import_module

from django.conf import settings
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from apps.core.parameters import read_strictly
from apps.ledger.models import Dataset
from caucasus.changes import ChangesView
from caucasus.search import SearchView


class BothSlashesRouter(SimpleRouter):
    """`/actors` and `/actors/` both answer; neither is redirected."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


router = BothSlashesRouter()
for app in settings.RESOURCE_APPS:
    for prefix, viewset in import_module(f"{app}.urls").routes:
        router.register(prefix, viewset)


class RootSerializer(serializers.Serializer):
    """The dataset and where its parts are."""

    title = serializers.CharField()
    licence = serializers.URLField()
    revision = serializers.IntegerField(help_text="The newest revision of the dataset.")
    endpoints = serializers.DictField(child=serializers.URLField())
    links = serializers.DictField(child=serializers.URLField())


class RootView(GenericAPIView):
    """Where everything is: endpoints, licence, and the revision of the dataset."""

    serializer_class = RootSerializer
    pagination_class = None
    filter_backends = ()

    def get(self, request: Request) -> Response:
        """Links to every endpoint."""
        read_strictly(request.query_params, {})
        build = request.build_absolute_uri
        endpoints = {prefix: build(f"/api/v1/{prefix}/") for prefix, _, _ in router.registry}
        names = ("changes", "search", "schema", "docs")
        links = {name: build(f"/api/v1/{name}/") for name in names}
        return Response(
            {
                "title": settings.DATASET_TITLE,
                "licence": settings.LICENCE_URL,
                "revision": Dataset.current(),
                "endpoints": endpoints,
                "links": links,
            }
        )


urlpatterns = [
    re_path(r"^$", RootView.as_view(), name="api-root"),
    re_path(r"^changes/?$", ChangesView.as_view(), name="changes"),
    re_path(r"^search/?$", SearchView.as_view(), name="search"),
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include(router.urls)),
]

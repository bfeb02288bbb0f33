"""Which addresses there are: a router out of the apps' routes, in the order of the catalogue."""

from importlib import import_module

from django.conf import settings
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

# What answers beside the types, by the name of its route.
OTHER_ROUTES = ("changes", "search", "citations", "disputes", "meta", "codebook", "schema", "docs")


class BothSlashesRouter(SimpleRouter):
    """`/actors` and `/actors/` both answer; neither is redirected."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


router = BothSlashesRouter()
for app in settings.RESOURCE_APPS:
    for prefix, viewset in import_module(f"{app}.urls").routes:
        router.register(prefix, viewset)


def endpoint_urls(request: Request) -> dict[str, str]:
    """The address of every type."""
    return {name: request.build_absolute_uri(f"/api/v1/{name}/") for name, _, _ in router.registry}


def other_urls(request: Request) -> dict[str, str]:
    """The addresses beside those of types."""
    return {name: request.build_absolute_uri(f"/api/v1/{name}/") for name in OTHER_ROUTES}

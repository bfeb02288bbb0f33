"""The description of the API at `/schema/`, made once; docs/openapi.yaml is the same."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any, ClassVar

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.query.parameters import Parameter, read_parameters_strictly
from apps.api.query.values import vocabulary_word

SCHEMA_PARAMETERS = {
    "format": Parameter(vocabulary_word(["yaml", "json"]), "The form, whatever Accept says."),
}
# The library keeps what it is about in its classes and in the views' one AutoSchema: two threads of
# a fresh worker that described the API at once met halfway, and one of them failed.
DESCRIPTION_LOCK = Lock()


@cache
def _make_description() -> dict[str, Any]:
    """The whole description. It takes a second or two to make, and only the code changes it."""
    return SchemaGenerator().get_schema(public=True)


def cached_description() -> dict[str, Any]:
    """The whole description: who comes first makes it, and whoever comes meanwhile waits for it."""
    with DESCRIPTION_LOCK:
        return _make_description()


class CachedSchemaGenerator(SchemaGenerator):
    """Hands out the description that was made before."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        return cached_description()


class StrictPage(APIView):
    """A page that takes the parameters that it declares and no other."""

    parameters: ClassVar[Mapping[str, Parameter]] = {}

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        read_parameters_strictly(request.query_params, self.parameters)


class SchemaView(StrictPage, SpectacularAPIView):
    """The description of the API, as OpenAPI in YAML or JSON."""

    generator_class = CachedSchemaGenerator
    parameters = SCHEMA_PARAMETERS
    # Of two that have one name in `format`, browsers show the first.
    renderer_classes = [
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
    ]


class DocsView(StrictPage, SpectacularSwaggerView):
    """The description as a page on which queries can be tried."""

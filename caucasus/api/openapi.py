"""The description of the API at `/schema/`, made once; docs/openapi.yaml is the same."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.query.parameters import read_parameters_strictly


@cache
def cached_description() -> dict[str, Any]:
    """The whole description. It takes a second or two to make, and only the code changes it."""
    return SchemaGenerator().get_schema(public=True)


class CachedSchemaGenerator(SchemaGenerator):
    """Hands out the description that was made before."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        return cached_description()


class WithoutParameters(APIView):
    """A page that takes no parameter, and says so."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        read_parameters_strictly(request.query_params, {})


class SchemaView(WithoutParameters, SpectacularAPIView):
    """The description of the API, as OpenAPI in YAML or JSON."""

    generator_class = CachedSchemaGenerator


class DocsView(WithoutParameters, SpectacularSwaggerView):
    """The description as a page on which queries can be tried."""

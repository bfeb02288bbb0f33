"""The description of the API at `/schema/`, made once; docs/openapi.yaml is the same."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView


@cache
def description() -> dict[str, Any]:
    """The whole description. It takes a second or two to make, and only the code changes it."""
    return SchemaGenerator().get_schema(public=True)


class DescribedOnce(SchemaGenerator):
    """Hands out the description that was made before."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return description()


class SchemaView(SpectacularAPIView):
    """The description of the API, as OpenAPI in YAML or JSON."""

    generator_class = DescribedOnce

"""The description of the API at `/schema/`, made once for each build, and served as bytes.

`full=true` is the same as docs/openapi.yaml; without it the small one is answered.
"""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any, ClassVar, NamedTuple

import orjson
from django.http.response import HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.exports import make_renderer
from apps.api.http.etags import body_etag, unless_held
from apps.api.openapi.small_description import small_description
from apps.api.query.parameters import Parameter, read_parameters_strictly
from apps.api.query.values import YES_OR_NO, vocabulary_word

SCHEMA_PARAMETERS = {
    "format": Parameter(vocabulary_word(["yaml", "json"]), "The form, whatever Accept says."),
    "full": Parameter(YES_OR_NO, "The whole: every look-up, and all writes.", default=False),
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


class DescriptionFile(NamedTuple):
    """The bytes of a description, and the tag that names them."""

    body: bytes
    tag: str

    def to_json(self) -> bytes:
        return self.body


@cache
def _make_file(form: str, is_full: bool) -> DescriptionFile:
    """A description as it is served."""
    whole = _make_description()
    description = whole if is_full else small_description(whole)
    body = (
        orjson.dumps(description)
        if form == "json"
        else OpenApiYamlRenderer().render(description, renderer_context={})
    )
    return DescriptionFile(body, body_etag(body))


def description_file(form: str, is_full: bool) -> DescriptionFile:
    """The file of a description, which is made once by whoever comes first."""
    with DESCRIPTION_LOCK:
        return _make_file(form, is_full)


class StrictPage(APIView):
    """A page that takes the parameters that it declares and no other."""

    parameters: ClassVar[Mapping[str, Parameter]] = {}

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        read_parameters_strictly(request.query_params, self.parameters)


class SchemaView(StrictPage):
    """The description of the API, as OpenAPI in JSON or YAML."""

    parameters = SCHEMA_PARAMETERS
    schema = None
    # Of two that have one name in `format`, browsers show the first.
    renderer_classes = [
        make_renderer("json", "application/json"),
        make_renderer("json", "application/vnd.oai.openapi+json"),
        make_renderer("yaml", "application/yaml"),
        make_renderer("yaml", "application/vnd.oai.openapi"),
    ]

    def get(self, request: Request) -> HttpResponseBase:
        """The bare names, or with `full` every look-up of every field and all writes."""
        asked = read_parameters_strictly(request.query_params, self.parameters)
        file = description_file(request.accepted_renderer.format, asked["full"])
        return unless_held(Response(file), request, file.tag)


class DocsView(StrictPage, SpectacularSwaggerView):
    """The whole description as a page on which queries can be tried."""

    def _get_schema_url(self, request: Request) -> str:
        return f"{super()._get_schema_url(request)}?full=true"

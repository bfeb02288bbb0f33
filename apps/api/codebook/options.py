"""What OPTIONS answers: what an address is, and where all that may be asked of it is described.

It costs no query: an address of a record is described whether or not there is that record.
"""

from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

from apps.api.codebook.vocabularies import CodebookEntry
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.parameters import read_parameters_strictly


class AddressMetadata(BaseMetadata):
    """Name, methods and forms of an address; the addresses of its codebook and of the schema.

    The view is an APIView, whose module imports this one.

    Raises:
        InvalidParameters: OPTIONS takes no parameters.
        NotAcceptable: it is answered in JSON alone.
    """

    # A view's class cannot be named here: DRF's views load this file while they are being loaded.
    def determine_metadata(self, request: Request, view: Any) -> CodebookEntry:
        read_parameters_strictly(request.query_params, {})
        if request.accepted_renderer.format != DocumentJSONRenderer.format:
            raise NotAcceptable
        model = getattr(view, "model", None)
        codebook = f"/api/v1/meta/?type={model.endpoint()}" if model else "/api/v1/meta/"
        return {
            "name": view.get_view_name(),
            "description": " ".join(view.get_view_description().split()),
            "methods": view.allowed_methods,
            "formats": [renderer.format for renderer in view.get_renderers()],
            "meta": request.build_absolute_uri(codebook),
            "schema": request.build_absolute_uri("/api/v1/schema/"),
        }

"""What OPTIONS answers: what an address is, and everything that may be asked of it.

It is the codebook's own account (codebook.py) of one address, and costs no query: an address
of a record is described whether or not there is that record.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.metadata import BaseMetadata

from apps.api.answers.history import PAST
from apps.api.codebook import codebook
from apps.api.codebook.filters import of_schema
from apps.api.codebook.vocabularies import Entry, in_use, of_words
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.parameters import Parameter, read_strictly

# What parts of the codebook speak of a list, and of what is added up over it.
OF_LISTS = ("filters", "orderings", "expand", "groupings")
OF_AGGREGATES = ("filters", "groupings", "metrics")
NOTHING: Entry = {key: [] for key in ("parameters", *OF_LISTS, "metrics")}


class Description(BaseMetadata):
    """Name, methods, forms, parameters, filters, orderings, paths and vocabularies of an address.

    Raises:
        InvalidParameters: OPTIONS takes no parameters.
        NotAcceptable: it is answered in JSON alone.
    """

    def determine_metadata(self, request: Any, view: Any) -> Entry:
        read_strictly(request.query_params, {})
        if request.accepted_renderer.format != DocumentJSONRenderer.format:
            raise NotAcceptable
        found = {**described(view), **asked(view)}
        named = [*found["parameters"], *found["filters"]]
        words = in_use(entry["vocabulary"] for entry in named)
        return {**found, "vocabularies": words}


def described(view: Any) -> Entry:
    """What every address says of itself."""
    return {
        "name": view.get_view_name(),
        "description": " ".join(view.get_view_description().split()),
        "methods": view.allowed_methods,
        "formats": [one.format for one in view.renderer_classes],
    }


def asked(view: Any) -> Entry:
    """What may be asked of an address: of a list of records, of one, or of another answer."""
    parameters = own(getattr(view, "parameters", {}))
    filterset = getattr(view, "filterset_class", None)
    if filterset is None:
        return {**NOTHING, "parameters": parameters}
    one = codebook.of_type(view.model, filterset)
    if view.detail:
        shape = [*openapi(view.shape_parameters()), *own(PAST)]
        return {**NOTHING, "parameters": shape, "expand": one["expand"]}
    is_list = view.pagination_class is not None
    taken = OF_LISTS if is_list else OF_AGGREGATES
    parameters = [*openapi(view.list_parameters()), *parameters]
    return {**NOTHING, "parameters": parameters, **{key: one[key] for key in taken}}


def own(parameters: Mapping[str, Parameter]) -> list[Entry]:
    """Parameters that an answer declares."""
    return [
        entry(name, one.help_text, one.schema, "repeat" if one.is_multiple else "one", one.default)
        for name, one in parameters.items()
    ]


def openapi(parameters: Iterable[Entry]) -> list[Entry]:
    """Parameters that are described in the terms of OpenAPI."""
    return [entry(one["name"], one["description"], one["schema"]) for one in parameters]


def entry(name: str, text: str, schema: Entry, values: str = "one", default: Any = None) -> Entry:
    """One parameter, as the codebook describes those of filters."""
    default = schema.get("default", default)
    return {
        "name": name,
        "description": text,
        **of_words(schema),
        "values": values,
        **of_schema(schema),
        **({} if default is None else {"default": default}),
    }

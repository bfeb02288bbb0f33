"""The OpenAPI description of a type: its filters as the filterset declares them, its problems."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from apps.core.filters import is_multiple
from apps.core.formats import FORMATS
from apps.core.payload import Payload

TEXTS = {
    "ordering": "Fields to order by, comma-separated; - before one reverses it; unknown last.",
    "fields": "Only these keys of the documents, comma-separated.",
    "omit": "Without these keys of the documents, comma-separated.",
    "expand": "Put the documents of these references in the place of their slugs, to depth 2.",
}


FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "Another form than JSON: then every record that matches is streamed, unless"
    " page, page_size or cursor asks for one page.",
    "schema": {"type": "string", "enum": ["json", *FORMATS]},
}


def parameter(name: str, one: Any) -> dict[str, Any]:
    """One filter as an OpenAPI query parameter."""
    schema = one.schema
    more: dict[str, Any] = {}
    if is_multiple(one):
        schema, more = {"type": "array", "items": schema}, {"style": "form", "explode": True}
    elif one.many in ("comma", "pair"):
        size = {"minItems": 2, "maxItems": 2} if one.many == "pair" else {}
        schema = {"type": "array", "items": schema, **size}
        more = {"style": "form", "explode": False}
    text = one.extra.get("help_text", "")
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": schema,
    } | more


def text_parameter(name: str) -> dict[str, Any]:
    """A parameter that names fields."""
    schema = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": TEXTS[name],
        "schema": schema,
    }


class RecordSchema(AutoSchema):
    """Describes what StrictFilterBackend takes, and problems beside answers."""

    def map_renderers(self, attribute: str) -> list[str]:
        return ["application/json"]  # the other forms are told in words, with `format`

    def get_filter_backends(self) -> list[Any]:
        return []  # the parameters come from the filterset, below

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        filterset = getattr(self.view, "filterset_class", None)
        if filterset is not None:
            parameters += [text_parameter(name) for name in Payload.parameters]
            parameters.append(FORMAT)
            if self._is_list_view():
                positive = ((n, o) for n, o in filterset.base_filters.items() if not o.exclude)
                parameters += [parameter(name, one) for name, one in positive]
                parameters.append(text_parameter("ordering"))
        return sorted(parameters, key=lambda one: (one["in"] != "path", one["name"]))

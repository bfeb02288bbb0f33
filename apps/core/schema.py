"""The OpenAPI description of a type: its filters as the filterset declares them, its problems."""

from typing import Any

from django import forms
from drf_spectacular.openapi import AutoSchema

from apps.core.filters import DateFilter, YesNoFilter, is_multiple


def parameter(name: str, one: Any) -> dict[str, Any]:
    """One filter as an OpenAPI query parameter."""
    schema: dict[str, Any] = {"type": "string"}
    choices = [str(choice) for choice, _ in one.extra.get("choices", ())]
    if choices:
        schema["enum"] = choices
    elif isinstance(one, YesNoFilter):
        schema["type"] = "boolean"
    elif isinstance(one, DateFilter):
        schema["example"] = "2025-02"
    elif issubclass(one.field_class, forms.DecimalField):
        schema["type"] = "number"
    elif issubclass(one.field_class, forms.DateTimeField) or name == "updated_since":
        schema["format"] = "date-time"
    elif "max_length" in one.extra:
        schema["maxLength"] = one.extra["max_length"]
    if is_multiple(one):
        schema = {"type": "array", "items": schema}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": one.extra.get("help_text", ""),
        "schema": schema,
        **({"style": "form", "explode": True} if is_multiple(one) else {}),
    }


class RecordSchema(AutoSchema):
    """Describes what StrictFilterBackend takes, and problems beside answers."""

    def get_filter_backends(self) -> list[Any]:
        return []  # the parameters come from the filterset, below

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        filterset = getattr(self.view, "filterset_class", None)
        if filterset is not None and self._is_list_view():
            parameters += [parameter(name, one) for name, one in filterset.base_filters.items()]
            parameters.append(
                {
                    "name": "ordering",
                    "in": "query",
                    "required": False,
                    "description": "Fields to order by, comma-separated; - before one reverses it.",
                    "schema": {"type": "string", "example": "-updated_at,slug"},
                }
            )
        return sorted(parameters, key=lambda one: (one["in"] != "path", one["name"]))

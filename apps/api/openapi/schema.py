"""The OpenAPI description of an operation: what it takes as strictly as it takes it, what it says.

What stands more than once is lifted into components afterwards (api/openapi/shared_components.py).
"""

import re
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from apps.api.answers import descriptions as answers
from apps.api.answers.aggregate_answers import aggregate_parameters
from apps.api.openapi import write_schema
from apps.api.query.conditions import MAX_PARAMETER_VALUES, Condition
from apps.api.query.facets import facet_parameter
from apps.api.query.left_out import ALSO_SCHEMA
from apps.api.query.ordering import MAX_TERMS, orderable_columns
from apps.api.query.selection import CSV_SWITCHES, MAX_EXPANSIONS, reference_paths
from apps.api.query.values import DATE_SCHEMA, SLUG_SCHEMA, any_of, names_schema, vocabulary_word
from apps.core.fields import EdtfField
from apps.core.geometry import LINE_TYPES
from apps.core.holding import SHOWN_DAYS
from apps.core.models import Record, record_models
from apps.documents.serializers import (
    HELD_DAYS,
    DocumentSerializer,
    GeometryField,
    RecordSerializer,
    ReferenceField,
    serializer_class,
)
from apps.formats.catalogue import FORMATS, formats_of_type

PARAMETER_TEXTS = {
    "ordering": "Fields to order by, comma-separated; - before one reverses it; unknown last.",
    "fields": "Only these keys of the documents, comma-separated.",
    "omit": "Without these keys of the documents, comma-separated.",
    "expand": "Put the documents of these references in the place of their slugs, to depth 2.",
    "format": "Another form than JSON: then every record that matches is streamed, unless page,"
    " page_size or cursor asks for one page.",
    "also": "Records of which it is not known whether they meet the filters, too: `undated`,"
    " `no_geometry`, `unknown`, or `unknown.` with a name, as `left_out` says; comma-separated.",
    "raw": "In CSV, leave texts as they are that a spreadsheet would run.",
    "bom": "In CSV, begin with the mark by which Excel knows that it is UTF-8.",
}

LINE = {
    "title": "Line",
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": list(LINE_TYPES)},
        "coordinates": {"type": "array", "items": {"type": "array", "items": {}}},
    },
}
HELD_DAYS_SCHEMA = {
    "title": "HeldDays",
    "type": "object",
    "required": list(SHOWN_DAYS),
    "properties": {
        day: {"type": "string", "format": "date", "nullable": True} for day in SHOWN_DAYS
    },
}
# Of the columns that hold whole numbers, as PostgreSQL has them; SQLite has one for all.
WIDTHS = {"Small": 2**15 - 1, "Big": 2**63 - 1, "Integer": 2**31 - 1}


def query_parameter(
    name: str, text: str, schema: dict[str, Any], is_repeated: bool = False
) -> dict[str, Any]:
    """A query parameter; a list has commas between its values, unless it is to be repeated."""
    is_joined = schema.get("type") == "array" and not is_repeated
    style = {"explode": False} if is_joined else {}
    return {"name": name, "in": "query", "description": text, "schema": schema, **style}


def filter_parameter(name: str, condition: Condition) -> dict[str, Any]:
    """One filter as an OpenAPI query parameter."""
    text = condition.extra.get("help_text", "")
    if condition.many == "one":
        return query_parameter(name, text, condition.schema)
    size = (2, 2) if condition.many == "pair" else (1, MAX_PARAMETER_VALUES)
    bounds = dict(zip(("minItems", "maxItems"), size, strict=True))
    schema = {"type": "array", "items": condition.schema, **bounds}
    return query_parameter(name, text, schema, is_repeated=condition.is_multiple)


def selection_parameters(model: type[Record]) -> list[dict[str, Any]]:
    """The parameters that choose what of the documents of a type is answered, and its form."""
    keys = any_of(serializer_class(model).Meta.fields)
    schemas = {
        "fields": names_schema(keys),
        "omit": names_schema(keys),
        "expand": names_schema(expand_pattern(model), MAX_EXPANSIONS),
        "format": format_schema(model),
        **dict.fromkeys(CSV_SWITCHES, vocabulary_word(["1"]).schema),
    }
    return [
        query_parameter(name, PARAMETER_TEXTS[name], schema) for name, schema in schemas.items()
    ]


def format_schema(model: type[Record]) -> dict[str, Any]:
    """The forms of a type's answers, under a name that says which are not those of every type."""
    offered = formats_of_type(model)
    special = [
        name for name in offered if not all(map(FORMATS[name].serves, record_models().values()))
    ]
    return {
        "title": "Or".join(["Format", *map(str.title, special)]),
        **vocabulary_word(offered).schema,
    }


def expand_pattern(model: type[Record]) -> str:
    """The pattern of what may be expanded: a reference, or one of the record that it leads to."""
    first: dict[Any, list[str]] = {}
    for path, related in reference_paths(model).items():
        first.setdefault(related, []).append(".".join(path))
    patterns = []
    for related, names in first.items():
        further = any_of(".".join(path) for path in reference_paths(related))
        patterns.append(f"{any_of(names)}([.]{further})?")
    return f"({'|'.join(patterns)})"


def ordering_parameter(model: type[Record]) -> dict[str, Any]:
    """The parameter that orders a list."""
    schema = names_schema(f"-?{any_of(orderable_columns(model))}", MAX_TERMS)
    return query_parameter(
        "ordering", PARAMETER_TEXTS["ordering"], {**schema, "example": "-updated_at,slug"}
    )


Direction = Literal["request", "response"]


def place_of_parameter(parameter: dict[str, Any]) -> tuple[bool, str]:
    """Where a parameter stands among the others of an operation: those of the path first."""
    return parameter["in"] != "path", parameter["name"]


class RecordSchema(AutoSchema):
    """Describes what the strict readers take, documents as they are stored, and every problem."""

    @property
    def is_public_read(self) -> bool:
        """Whether everyone is answered."""
        return self.method == "GET" and not getattr(self.view, "is_private", False)

    def get_auth(self) -> list[dict[str, Any]]:
        return [{}, {"token": []}] if self.is_public_read else super().get_auth()

    def get_tags(self) -> list[str]:
        return super().get_tags() or ["dataset"]

    def get_summary(self) -> str:
        """What the description says first."""
        return re.split(r"[;:.](?:\s|$)", self.get_description().strip())[0]

    def map_renderers(self, attribute: str) -> list[str]:
        return ["application/json"]  # other forms: _get_response_bodies

    def get_filter_backends(self) -> list[Any]:
        return []  # the parameters come from the filterset, below

    @property
    def is_one_record(self) -> bool:
        """Whether the address stands or falls with one record, which may be gone or merged."""
        is_retrieved = getattr(self.view, "action", None) == "retrieve"
        return is_retrieved or getattr(self.view, "is_of_one_record", False)

    def _get_parameters(self) -> list[dict[str, Any]]:
        view: Any = self.view
        if self.method in write_schema.WRITE_METHODS:
            write_parameters = [
                *super()._get_parameters(),
                *write_schema.write_parameters(self.method),
            ]
            return sorted(write_parameters, key=place_of_parameter)
        parameters = [*super()._get_parameters(), answers.IF_NONE_MATCH_PARAMETER]
        filterset = getattr(view, "filterset_class", None)
        if filterset is not None:
            model = view.model
            is_list, is_aggregate = self._is_list_view(), view.action == "aggregate"
            parameters += (
                aggregate_parameters(model) if is_aggregate else selection_parameters(model)
            )
            if is_list or is_aggregate:
                parameters.append(query_parameter("also", PARAMETER_TEXTS["also"], ALSO_SCHEMA))
                filters = filterset.base_filters.items()
                parameters += [
                    filter_parameter(name, condition)
                    for name, condition in filters
                    if not condition.exclude
                ]
            if is_list:
                parameters += [ordering_parameter(model), facet_parameter(model)]
        return sorted(parameters, key=place_of_parameter)

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        slug = {"schema": SLUG_SCHEMA, "required": True}
        return [{"name": name, "in": "path", **slug} for name in variables]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        view: Any = self.view
        if self.method in write_schema.WRITE_METHODS:
            document = self.resolve_serializer(view.serializer_class, direction).ref
            done = write_schema.write_responses(self.method, document, self)
            return dict(
                sorted({**done, **self.reader_problems(), **self.writer_problems()}.items())
            )
        responses = super()._get_response_bodies(direction)
        if self.method != "GET":
            return responses
        answer = responses["200"]
        answer["headers"] = {"ETag": answers.ETAG_HEADER}
        if self._is_list_view():
            answer["headers"]["Link"] = answers.LINK_HEADER
        if getattr(view, "filterset_class", None) is not None:
            if view.action in ("list", "aggregate"):
                answer["headers"]["Left-Out"] = answers.LEFT_OUT_HEADER
            offered = {renderer.media_type for renderer in self.view.get_renderers()}
            forms = answers.content_by_media_type().items()
            answer["content"] |= {media: form for media, form in forms if media in offered}
        responses["304"] = {**answers.NOT_MODIFIED_ANSWER, "headers": {"ETag": answers.ETAG_HEADER}}
        return dict(sorted({**responses, **self.reader_problems()}.items()))

    def _get_request_body(self, direction: Direction = "request") -> Any:
        body = super()._get_request_body(direction)
        if self.method == "POST":
            content = body["content"]["application/json"]
            content["schema"] = write_schema.one_or_more_documents(content["schema"])
        return body

    def reader_problems(self) -> dict[str, Any]:
        """What a reader may meet instead of an answer, by status."""
        body = self.resolve_serializer(answers.PROBLEM_SERIALIZER, "response").ref
        known: list[Any] = self.view.get_authenticators()
        asks_who = any(authenticator.authenticate_header(None) for authenticator in known)
        statuses = answers.reader_problem_statuses(self.is_one_record, "{" in self.path, asks_who)
        return {str(status): answers.describe_problem_answer(status, body) for status in statuses}

    def writer_problems(self) -> dict[str, Any]:
        """What only a writer may meet."""
        body = self.resolve_serializer(answers.PROBLEM_SERIALIZER, "response").ref
        statuses = write_schema.writer_problem_statuses(str(self.method))
        return {str(status): answers.describe_problem_answer(status, body) for status in statuses}

    def _map_basic_serializer(
        self, serializer: serializers.Serializer, direction: Direction
    ) -> dict[str, Any]:
        """Parts are answered whole; of a document, `fields` and `omit` may take any key away."""
        schema = super()._map_basic_serializer(serializer, direction)
        for property_schema in schema["properties"].values():
            if "pattern" in property_schema:
                property_schema.pop(
                    "minLength", None
                )  # the pattern says it, and says it in answers, too
        if direction == "response" and isinstance(serializer, DocumentSerializer):
            for property_schema in schema["properties"].values():
                property_schema.pop(
                    "default", None
                )  # what a key means that is left out of what is sent
            schema.pop("required", None)
            if not isinstance(serializer, RecordSerializer):
                schema["required"] = list(schema["properties"])
        return schema

    def _map_serializer_field(
        self, field: serializers.Field, direction: Direction, bypass_extensions: bool = False
    ) -> dict[str, Any]:
        if isinstance(field, ReferenceField):
            schema = self.reference_schema(field, direction)
        else:
            schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if schema and "enum" in schema:
            # What is not known is null; that "" is taken for it is not advertised.
            schema["enum"] = [word for word in schema["enum"] if word not in ("", None)]
        return schema

    def _insert_field_validators(self, field: serializers.Field, schema: dict[str, Any]) -> None:
        super()._insert_field_validators(field, schema)
        if schema.get("type") == "integer" and isinstance(field.parent, DocumentSerializer):
            kind = field.parent.model._meta.get_field(field.source).get_internal_type()
            schema.update(column_bounds(kind, schema))
            schema.pop("format", None)
        schema.update(document_key_schema(field))

    def reference_schema(self, field: ReferenceField, direction: Direction) -> dict[str, Any]:
        """A slug, or the document in its place that `expand` puts there."""
        meta = self._get_serializer_field_meta(field, direction)
        if direction == "request":
            return {**SLUG_SCHEMA, **meta}
        document = self.resolve_serializer(serializer_class(field.model), direction).ref
        return {"anyOf": [SLUG_SCHEMA, document], **meta}


def column_bounds(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The bounds of an integer column, alike on every database: the narrowest holds."""
    greatest = WIDTHS[next(width for width in WIDTHS if width in kind)]
    bounds = {"minimum": -greatest - 1, "maximum": greatest, **schema}
    return {
        "minimum": max(bounds["minimum"], -greatest - 1),
        "maximum": min(bounds["maximum"], greatest),
    }


def document_key_schema(field: serializers.Field) -> dict[str, Any]:
    """The shape of a document's key, where it has one of its own."""
    if isinstance(field, GeometryField):
        return LINE
    if field.source == HELD_DAYS:
        return HELD_DAYS_SCHEMA
    if isinstance(field, serializers.CharField) and isinstance(field.parent, DocumentSerializer):
        if field.field_name == "slug":
            return SLUG_SCHEMA
        column = field.parent.model._meta.get_field(field.source)
        return DATE_SCHEMA.schema if isinstance(column, EdtfField) else {}
    return {}

"""What a type is, in its own words: its fields, parts, filters, orderings and vocabularies.

All of it is read off models, serializers and filtersets, and nothing is written twice. The
codebook's answer is made in caucasus/api/meta.py.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db import models

from apps.api.codebook.filters import describe_filters
from apps.api.codebook.vocabularies import (
    CodebookEntry,
    docstring_on_one_line,
    field_vocabulary,
    select_vocabularies,
)
from apps.api.query.aggregates import metric_names
from apps.api.query.grouping import groupings_by_name
from apps.api.query.ordering import orderable_columns
from apps.api.query.selection import reference_paths
from apps.core.fields import EdtfField, GeometryField, WordListField
from apps.core.holds_field import HoldsField
from apps.core.models import Part, Record
from apps.documents.serializers import serializer_class
from apps.formats.catalogue import formats_of_type
from apps.ledger.models import Revision, Version

# What a column holds, by the kind of the column; the first that fits.
TYPE_OF_VALUE_TESTS: list[tuple[Callable[[Any], bool], str]] = [
    (lambda field: field.many_to_many, "references"),
    (lambda field: field.is_relation, "reference"),
    (lambda field: isinstance(field, GeometryField), "geometry"),
    (lambda field: isinstance(field, HoldsField), "days"),
    (lambda field: isinstance(field, WordListField), "words"),
    (lambda field: bool(field.choices), "word"),
    (lambda field: isinstance(field, EdtfField), "date"),
    (lambda field: isinstance(field, models.BooleanField), "boolean"),
    (lambda field: isinstance(field, models.DecimalField), "number"),
    (lambda field: isinstance(field, models.IntegerField), "integer"),
    (lambda field: isinstance(field, models.DateTimeField), "time"),
    (lambda field: isinstance(field, models.URLField), "url"),
    (lambda field: True, "text"),
]
TYPES_OF_VALUE = {
    "text": "one line of text",
    "url": "a web address, http or https",
    "integer": "a whole number",
    "number": "a decimal number",
    "boolean": "true or false",
    "date": "an EDTF date (ISO 8601-2): 2025, 2025-02, 2024-02?, 199X, 2011/2020",
    "days": "the days between which a record begins and ends to hold (ISO 8601)",
    "time": "a time in UTC (RFC 3339)",
    "word": "one word of a vocabulary",
    "words": "a list of words of a vocabulary",
    "reference": "the slug of another record",
    "references": "a list of slugs of other records",
    "parts": "a list of parts, each with fields of its own",
    "geometry": "a GeoJSON line (RFC 7946)",
}


def type_of_value(field: models.Field) -> str:
    """What the values of a column are."""
    return next(kind for fits, kind in TYPE_OF_VALUE_TESTS if fits(field))


def describe_field(field: Any) -> CodebookEntry:
    """One column or reference: what it holds, in what unit or standard, whether it may be null."""
    related = field.related_model if field.is_relation else None
    bounds = {"max_length": field.max_length} if getattr(field, "max_length", None) else {}
    return {
        "name": field.name,
        "type": type_of_value(field),
        "description": str(field.help_text),
        "nullable": bool(field.null) and not field.many_to_many,
        "vocabulary": field_vocabulary(field),
        "refers_to": related.endpoint() if related else None,
        "part": None,
        **({} if field.is_relation or field.choices else bounds),
    }


def describe_list(name: str, rows: type[Part]) -> CodebookEntry:
    """A list of parts."""
    return {
        "name": name,
        "type": "parts",
        "description": docstring_on_one_line(rows),
        "nullable": False,
        "vocabulary": None,
        "refers_to": None,
        "part": rows.__name__,
    }


def describe_own_fields(model: type[Record]) -> Iterator[CodebookEntry]:
    """The keys of a type's documents, in their order."""
    parts = model.parts()
    orderable, citable = orderable_columns(model), model.citable_fields()
    for name in serializer_class(model).Meta.fields:
        entry = (
            describe_list(name, parts[name])
            if name in parts
            else describe_field(model._meta.get_field(name))
        )
        yield {**entry, "orders": name in orderable, "citable": name in citable}


@cache
def describe_parts(model: type[Record]) -> list[CodebookEntry]:
    """The lists of parts of a type, with what each part holds."""
    return [
        {
            "name": rows.__name__,
            "list": name,
            "description": docstring_on_one_line(rows),
            "fields": [describe_field(rows._meta.get_field(key)) for key in rows.document_fields()],
        }
        for name, rows in model.parts().items()
    ]


@cache
def expandable_paths(model: type[Record]) -> list[str]:
    """The paths at which a document names other records, which `expand` puts in their place."""
    return [".".join(path) for path in reference_paths(model)]


@cache
def describe_type(model: type[Record], filterset: Any) -> CodebookEntry:
    """All that the code says of a type; what it holds of records is for the database to say."""
    filters = describe_filters(filterset)
    fields = list(describe_own_fields(model))
    for field in fields:
        name = field["name"]
        field["filters"] = [
            f["name"] for f in filters if f["field"] and f["field"].split(".")[0] == name
        ]
    return {
        "type": model.endpoint(),
        "name": str(model._meta.verbose_name_plural),
        "description": docstring_on_one_line(model),
        "fields": fields,
        "parts": describe_parts(model),
        "filters": filters,
        "orderings": orderable_columns(model),
        "expand": expandable_paths(model),
        "formats": formats_of_type(model),
        "groupings": list(groupings_by_name(model)),
        "metrics": metric_names(model),
    }


@cache
def vocabularies_of_types(models_and_filters: tuple[tuple[Any, Any], ...]) -> list[CodebookEntry]:
    """The vocabularies that the types use, and those of the histories, with who uses them."""
    used: dict[str, list[str]] = {
        Revision.Origin.__qualname__: ["history.origin"],
        Version.Operation.__qualname__: ["history.op", "changes.op"],
    }
    for model, filterset in models_and_filters:
        record_type = describe_type(model, filterset)
        places = [(record_type["type"], field) for field in record_type["fields"]]
        places += [
            (f"{record_type['type']}.{part['list']}", field)
            for part in record_type["parts"]
            for field in part["fields"]
        ]
        for where, field in places:
            if field["vocabulary"]:
                used.setdefault(field["vocabulary"], []).append(f"{where}.{field['name']}")
    return [
        {**vocabulary, "used_by": used[vocabulary["name"]]}
        for vocabulary in select_vocabularies(used)
    ]

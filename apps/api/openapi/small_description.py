"""The small description: what a reader asks under bare names, and each kind of look-up once.

Made out of the whole one, which has every look-up of every field, every problem and all writes.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from apps.api.openapi.shared_components import (
    Node,
    parameter_places,
    share_equal_nodes,
    split_meanings,
)

PRIVATE = "/api/v1/proposals/"  # no reader needs it
NAME_LISTS = ("fields", "omit", "expand", "ordering", "facet", "group_by", "metric")
SLUG = {"$ref": "#/components/schemas/Slug"}
REFERENCE = re.compile(rb'"#/components/(\w+)/([^"]+)"')
LOOKUPS = """\
Here stand the bare names of parameters. Each kind of field takes more, after two underscores:

| of a field that is | besides its bare name, which asks for equality, there are |
|---|---|
| a text | `__icontains`, `__istartswith`, `__in`, `__isnull` |
| a word of a vocabulary, a reference | `__in`, `__isnull`; of a list, `__all` |
| a number | `__gt`, `__gte`, `__lt`, `__lte`, `__range`, `__in`, `__isnull` |
| a date | `__gt`, `__gte`, `__lt`, `__lte`, `__range`, `__certain`, `__possible`, `__isnull` |
| a reference to a record | what is asked of that record: `supplier__region` |
| a list of parts | what is asked of its parts: `parties__actor`; `parties__count__gte` |

`__icontains` and `__istartswith` compare as `q` does, whatever the case, accents and script.
`__not` after a name asks for the opposite where that can be known. The codebook (`/api/v1/meta/`)
names the look-ups of each field, and the meanings of all words. References are slugs here. Every
look-up, every problem, `expand`, which puts documents in the place of slugs, and all writes are in
the whole: `/api/v1/schema/?full=true`."""


def small_description(whole: Node) -> Node:
    """What is needed to read, described in less than a quarter of the whole."""
    description: Node = orjson.loads(orjson.dumps(whole))
    info = description["info"]
    info["description"] = f"{info['description']}\n\n{LOOKUPS}"
    shared = description["components"].pop("parameters")
    description["paths"] = {
        path: {"get": bare_operation(operations["get"], shared)}
        for path, operations in description["paths"].items()
        if "get" in operations and not path.startswith(PRIVATE)
    }
    share_equal_nodes(description["components"], "parameters", list(parameter_places(description)))
    for schema in description["components"]["schemas"].values():
        name_only_slugs(schema.get("properties", {}))
        if text := split_meanings(schema.get("description", ""))[0]:
            schema["description"] = text
        else:
            schema.pop("description", None)
    drop_unused_components(description)
    used = {tag for operation in operations_of(description) for tag in operation["tags"]}
    description["tags"] = [tag for tag in description["tags"] if tag["name"] in used]
    return description


def operations_of(description: Node) -> Iterator[Node]:
    """The operations of a small description."""
    return (operations["get"] for operations in description["paths"].values())


def bare_operation(operation: Node, shared: Node) -> Node:
    """A read with its bare parameters, whose problems are one."""
    parameters = [
        shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
        for entry in operation.get("parameters", [])
    ]
    for parameter in parameters:
        if parameter["name"] in NAME_LISTS:
            parameter["schema"] = {"type": "string"}
    responses = {
        status: answer for status, answer in operation["responses"].items() if status < "300"
    }
    return {
        **operation,
        "parameters": [parameter for parameter in parameters if is_bare(parameter["name"])],
        "responses": {**responses, "default": operation["responses"]["400"]},
    }


def is_bare(name: str) -> bool:
    """Whether a parameter stands in the small description."""
    return "__" not in name and name != "expand"


def name_only_slugs(properties: Node) -> None:
    """Describe references as the slugs that they are unless `expand` is asked for."""
    for key, node in properties.items():
        items = node.get("items", {})
        if SLUG in node.get("anyOf", ()):
            annotations = {name: value for name, value in node.items() if name != "anyOf"}
            properties[key] = {"allOf": [SLUG], **annotations}
        elif SLUG in items.get("anyOf", ()):
            node["items"] = SLUG


def drop_unused_components(description: Node) -> None:
    """Drop the components that nothing refers to, and those to which only they referred."""
    components: dict[str, Any] = description["components"]
    while True:
        references = set(REFERENCE.findall(orjson.dumps(description)))
        unused = [
            (kind, name)
            for kind, parts in components.items()
            for name in parts
            if kind != "securitySchemes" and (kind.encode(), name.encode()) not in references
        ]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]

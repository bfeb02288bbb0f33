"""What stands more than once in the OpenAPI description is lifted into a component and named.

Vocabularies (with the meanings of their words) and shapes with a title become schemas; parameters,
headers and answers that are alike become components of their kind. A vocabulary is called by the
key or filter under which it stands, `Certainty`; if others are called so too, by its owner also,
`ActorKind`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from inflection import camelize, singularize

from apps.api.answers.descriptions import response_component_name

Node = dict[str, Any]

# What a place says of the schema that stands there; all else is the schema.
ANNOTATIONS = ("description", "default", "nullable", "readOnly", "writeOnly", "example")
DROPPED_KEYS = ("x-spec-enum-id",)
NOT_KNOWN_SCHEMA = {"description": "Not known: no source says.", "nullable": True, "enum": [None]}
NAMELESS_LOOKUPS = {"in"}
MAX_WORDS_WITHOUT_NAME = 2  # words that need no name
MEANINGS_MARK = "* `"


class NodePlace(NamedTuple):
    """Where a node stands: `holder[key]`, in the component or under the tag `owner`, as `name`."""

    holder: Any
    key: Any
    owner: str
    name: str

    @property
    def node(self) -> Any:
        return self.holder[self.key]


def share_repeated_parts(result: Node, **context: Any) -> Node:
    """The description with its components (the settings name this function)."""
    found: Node = orjson.loads(
        orjson.dumps(result, default=as_json_value)
    )  # nothing in it is shared
    components = found["components"]
    share_schemas(found, components["schemas"])
    share_equal_nodes(components, "headers", list(header_places(found)))
    share_equal_nodes(components, "responses", list(problem_places(found)))
    share_equal_nodes(components, "parameters", list(parameter_places(found)))
    return found


def as_json_value(value: Any) -> float | str:
    """What JSON has no form for: numbers from the models, texts that translate themselves."""
    return float(value) if isinstance(value, Decimal) else str(value)


def api_operations(found: Node) -> Iterator[Node]:
    """Every operation."""
    for path in found["paths"].values():
        yield from (one for one in path.values() if isinstance(one, dict) and "responses" in one)


def parameter_places(found: Node) -> Iterator[NodePlace]:
    """The places of all parameters."""
    for operation in api_operations(found):
        held = operation.get("parameters", [])
        for position, one in enumerate(held):
            yield NodePlace(held, position, operation["operationId"], one["name"])


def problem_places(found: Node) -> Iterator[NodePlace]:
    """The places of all answers but the data that was asked for."""
    for operation in api_operations(found):
        for status in operation["responses"]:
            if not status.startswith("2"):
                name = response_component_name(int(status))
                yield NodePlace(operation["responses"], status, operation["operationId"], name)


def header_places(found: Node) -> Iterator[NodePlace]:
    """The places of all headers of answers."""
    for operation in api_operations(found):
        for answer in operation["responses"].values():
            held = answer.get("headers", {})
            yield from (NodePlace(held, name, operation["operationId"], name) for name in held)


def share_equal_nodes(components: Node, kind: str, places: list[NodePlace]) -> None:
    """Lift the nodes that are alike at several places; of those that are called alike, the one at
    most places has the bare name.
    """
    groups = [group for group in group_equal_nodes(places) if len(group) > 1]
    groups.sort(key=len, reverse=True)
    taken: set[str] = set()
    for group in groups:
        name = group[0].name
        name = take_unique_name(
            f"{common_operation_name(group)}.{name}" if name in taken else name, taken
        )
        components.setdefault(kind, {})[name] = group[0].node
        for place in group:
            place.holder[place.key] = {"$ref": f"#/components/{kind}/{name}"}
    components.update({kind: dict(sorted(components[kind].items()))} if groups else {})


def take_unique_name(name: str, taken: set[str]) -> str:
    """`name`, numbered if it is taken; it is then taken."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}{number}"
    taken.add(found)
    return found


def group_equal_nodes(places: list[NodePlace]) -> list[list[NodePlace]]:
    """Places by what stands there."""
    groups: dict[bytes, list[NodePlace]] = defaultdict(list)
    for place in places:
        groups[orjson.dumps(place.node, option=orjson.OPT_SORT_KEYS)].append(place)
    return list(groups.values())


def common_operation_name(group: list[NodePlace]) -> str:
    """What the operations of a group have in common: how their ids begin, or how they end."""
    words = [place.owner.split("_") for place in group]
    for side in (1, -1):
        found = []
        for same in zip(*(one[::side] for one in words), strict=False):
            if len(set(same)) > 1:
                break
            found.append(same[0])
        if found:
            return "_".join(found[::side])
    return words[0][0]


def share_schemas(found: Node, schemas: Node) -> None:
    """Lift vocabularies and titled shapes."""
    groups: dict[bytes, list[NodePlace]] = defaultdict(list)
    for place in schema_places(found, schemas):
        for key in DROPPED_KEYS:
            place.node.pop(key, None)
        if "title" in place.node or len(place.node.get("enum", ())) > MAX_WORDS_WITHOUT_NAME:
            groups[
                orjson.dumps(schema_without_annotations(place.node), option=orjson.OPT_SORT_KEYS)
            ].append(place)
    repeated = [group for group in groups.values() if len(group) > 1]
    for name, group in zip(choose_schema_names(repeated, set(schemas)), repeated, strict=True):
        schemas[name] = shared_schema(group)
        for place in group:
            place.holder[place.key] = reference_to_schema(
                place.node, f"#/components/schemas/{name}"
            )
    schemas["NotKnown"] = NOT_KNOWN_SCHEMA
    for place in schema_places(found, schemas):
        if place.node.get("nullable") and None not in place.node.get("enum", [None]):
            place.node["enum"].append(None)
    found["components"]["schemas"] = dict(sorted(schemas.items()))


def schema_places(found: Node, schemas: Node) -> Iterator[NodePlace]:
    """Every schema, those of components first: they give better names."""
    for name in list(schemas):
        owner = name.removesuffix("Request").removeprefix("Patched")  # what is sent of it
        yield from nested_schema_places(NodePlace(schemas, name, owner, name))
    for operation in api_operations(found):
        owner = singularize((operation.get("tags") or [operation["operationId"]])[0])
        for one in operation.get("parameters", ()):
            words = [word for word in one["name"].split("__") if word not in NAMELESS_LOOKUPS]
            yield from nested_schema_places(NodePlace(one, "schema", owner, words[-1]))
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                yield from nested_schema_places(NodePlace(content, "schema", owner, "answer"))


def nested_schema_places(place: NodePlace) -> Iterator[NodePlace]:
    """A schema and those within it."""
    node = place.node
    if not isinstance(node, dict):
        return
    yield place
    for key in ("items", "additionalProperties"):
        if key in node:
            yield from nested_schema_places(place._replace(holder=node, key=key))
    for key in ("allOf", "anyOf", "oneOf"):
        for position in range(len(node.get(key, ()))):
            yield from nested_schema_places(place._replace(holder=node[key], key=position))
    for key in node.get("properties", {}):
        yield from nested_schema_places(
            place._replace(holder=node["properties"], key=key, name=key)
        )


def schema_without_annotations(node: Node) -> Node:
    """A schema without what its place says of it."""
    return {key: value for key, value in node.items() if key not in ANNOTATIONS}


def split_meanings(text: str) -> tuple[str, str]:
    """A description, and the list of words with their meanings at its end."""
    head, mark, tail = text.partition(MEANINGS_MARK)
    return head.strip(), f"{mark}{tail}"


def shared_schema(group: list[NodePlace]) -> Node:
    """The schema itself, with the meanings of its words, if any place tells them."""
    node = group[0].node
    schema = schema_without_annotations(node)
    if schema.pop("title", None):
        return {**schema, **({"example": node["example"]} if "example" in node else {})}
    texts = (split_meanings(place.node.get("description", ""))[1] for place in group)
    text = next(filter(None, texts), "")
    return {**schema, **({"description": text} if text else {})}


def reference_to_schema(node: Node, address: str) -> Node:
    """What stands in the place of a lifted schema."""
    own = {key: node[key] for key in ANNOTATIONS if key in node and key != "example"}
    own["description"] = split_meanings(own.get("description", ""))[0]
    own = {key: value for key, value in own.items() if value != ""}
    if own.pop("nullable", False):
        return {"anyOf": [{"$ref": address}, {"$ref": "#/components/schemas/NotKnown"}], **own}
    return {"allOf": [{"$ref": address}], **own} if own else {"$ref": address}


def choose_schema_names(groups: list[list[NodePlace]], taken: set[str]) -> list[str]:
    """A name for each group: its title, its usual key, or that with its owner's."""
    plain = [usual_schema_name(group) for group in groups]
    counted = Counter([*plain, *taken])
    return [
        take_unique_name(name if counted[name] == 1 else f"{common_owner_name(group)}{name}", taken)
        for name, group in zip(plain, groups, strict=True)
    ]


def usual_schema_name(group: list[NodePlace]) -> str:
    """What a group is called most often; the first, if several as often."""
    found = Counter(camelize(singularize(place.name)) for place in group)
    return group[0].node.get("title") or found.most_common(1)[0][0]


def common_owner_name(group: list[NodePlace]) -> str:
    """The words at which the names of all owners end, else the first owner."""
    owners = list(dict.fromkeys(place.owner for place in group))
    words = [split_camel_case(one) for one in owners]
    shared = []
    for same in zip(*(one[::-1] for one in words), strict=False):
        if len(set(same)) > 1:
            break
        shared.append(same[0])
    return "".join(shared[::-1]) or camelize(owners[0].replace("-", "_"))


def split_camel_case(name: str) -> list[str]:
    """The words of a CamelCase name."""
    found: list[str] = []
    for letter in camelize(name.replace("-", "_")):
        if letter.isupper() or not found:
            found.append("")
        found[-1] += letter
    return found

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
from apps.core.models import record_models

Node = dict[str, Any]

# What a place says of the schema that stands there; all else is the schema.
ANNOTATIONS = ("description", "default", "nullable", "readOnly", "writeOnly", "example")
DROPPED_KEYS = ("x-spec-enum-id",)
NAMELESS_LOOKUPS = {"in"}
MAX_WORDS_WITHOUT_NAME = 2  # words that need no name
# What stands under the tags that are no types.
OTHER_TAGS = {
    "dataset": "Where everything is.",
    "changes": "What was published, changed and withdrawn, in order.",
    "meta": "The codebook: types, fields, vocabularies, problems.",
    "proposals": "What waits for review: private to authors and reviewers.",
    "citations": "What each article says of each record, as rows.",
    "disputes": "On what the sources differ, and who says what, as rows.",
    "search": "Words, in the records of all types.",
}
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


def share_repeated_parts(result: Node, **context: object) -> Node:
    """The description with its components (the settings name this function)."""
    description: Node = orjson.loads(
        orjson.dumps(result, default=as_json_value)
    )  # nothing in it is shared
    components = description["components"]
    share_schemas(description, components["schemas"])
    for place in parameter_places(description):
        place.node["schema"].pop("example", None)  # pages would ask for all of them at once
    share_equal_nodes(components, "headers", list(header_places(description)))
    share_equal_nodes(components, "responses", list(problem_places(description)))
    share_equal_nodes(components, "parameters", list(parameter_places(description)))
    description["tags"] = described_tags(description)
    return description


def described_tags(description: Node) -> list[Node]:
    """The tags of the operations, with what the records of a type are."""
    models = {model.endpoint(): model for model in record_models().values()}
    names = dict.fromkeys(tag for node in api_operations(description) for tag in node["tags"])
    return [
        {"name": name, "description": str(models[name].__doc__).partition("\n")[0]}
        if name in models
        else {"name": name, "description": OTHER_TAGS[name]}
        for name in names
    ]


def as_json_value(value: object) -> float | str:
    """What JSON has no form for: numbers from the models, texts that translate themselves."""
    return float(value) if isinstance(value, Decimal) else str(value)


def api_operations(description: Node) -> Iterator[Node]:
    """Every operation."""
    for path in description["paths"].values():
        yield from (
            operation
            for operation in path.values()
            if isinstance(operation, dict) and "responses" in operation
        )


def parameter_places(description: Node) -> Iterator[NodePlace]:
    """The places of all parameters."""
    for operation in api_operations(description):
        held = operation.get("parameters", [])
        for position, parameter in enumerate(held):
            yield NodePlace(held, position, operation["operationId"], parameter["name"])


def problem_places(description: Node) -> Iterator[NodePlace]:
    """The places of all answers but the data that was asked for."""
    for operation in api_operations(description):
        for status in operation["responses"]:
            if not status.startswith("2"):
                name = response_component_name(int(status))
                yield NodePlace(operation["responses"], status, operation["operationId"], name)


def header_places(description: Node) -> Iterator[NodePlace]:
    """The places of all headers of answers."""
    for operation in api_operations(description):
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
    unique_name, number = name, 1
    while unique_name in taken:
        number += 1
        unique_name = f"{name}{number}"
    taken.add(unique_name)
    return unique_name


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
        shared_words = []
        for same in zip(*(operation_words[::side] for operation_words in words), strict=False):
            if len(set(same)) > 1:
                break
            shared_words.append(same[0])
        if shared_words:
            return "_".join(shared_words[::side])
    return words[0][0]


def share_schemas(description: Node, schemas: Node) -> None:
    """Lift vocabularies and titled shapes."""
    groups: dict[bytes, list[NodePlace]] = defaultdict(list)
    for place in schema_places(description, schemas):
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
    for place in schema_places(description, schemas):
        if place.node.get("nullable") and None not in place.node.get("enum", [None]):
            place.node["enum"].append(None)
    description["components"]["schemas"] = dict(sorted(schemas.items()))


def schema_places(description: Node, schemas: Node) -> Iterator[NodePlace]:
    """Every schema, those of components first: they give better names."""
    for name in list(schemas):
        owner = name.removesuffix("Request").removeprefix("Patched")  # what is sent of it
        yield from nested_schema_places(NodePlace(schemas, name, owner, name))
    for operation in api_operations(description):
        owner = singularize((operation.get("tags") or [operation["operationId"]])[0])
        for parameter in operation.get("parameters", ()):
            words = [word for word in parameter["name"].split("__") if word not in NAMELESS_LOOKUPS]
            yield from nested_schema_places(NodePlace(parameter, "schema", owner, words[-1]))
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
    example = node.get("example")
    if schema.pop("title", None):
        return {**schema, **({"description": f"Such as {example}."} if example else {})}
    texts = (split_meanings(place.node.get("description", ""))[1] for place in group)
    text = next(filter(None, texts), "")
    return {**schema, **({"description": text} if text else {})}


def reference_to_schema(node: Node, address: str) -> Node:
    """What stands in the place of a lifted schema."""
    own = {key: node[key] for key in ANNOTATIONS if key in node and key != "example"}
    own["description"] = split_meanings(own.get("description", ""))[0]
    own = {key: value for key, value in own.items() if value != ""}
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
    names = Counter(camelize(singularize(place.name)) for place in group)
    return group[0].node.get("title") or names.most_common(1)[0][0]


def common_owner_name(group: list[NodePlace]) -> str:
    """The words at which the names of all owners end, else the first owner."""
    owners = list(dict.fromkeys(place.owner for place in group))
    words = [split_camel_case(owner) for owner in owners]
    shared = []
    for same in zip(*(owner_words[::-1] for owner_words in words), strict=False):
        if len(set(same)) > 1:
            break
        shared.append(same[0])
    return "".join(shared[::-1]) or camelize(owners[0].replace("-", "_"))


def split_camel_case(name: str) -> list[str]:
    """The words of a CamelCase name."""
    words: list[str] = []
    for letter in camelize(name.replace("-", "_")):
        if letter.isupper() or not words:
            words.append("")
        words[-1] += letter
    return words

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

from apps.api.answers.descriptions import name_of

Node = dict[str, Any]

# What a place says of the schema that stands there; all else is the schema.
ANNOTATIONS = ("description", "default", "nullable", "readOnly", "writeOnly", "example")
UNSAID = ("x-spec-enum-id",)
NOT_KNOWN = {"description": "Not known: no source says.", "nullable": True, "enum": [None]}
LOOKUPS = {"in"}
FEW = 2  # words that need no name
MEANINGS = "* `"


class Place(NamedTuple):
    """Where a node stands: `holder[key]`, in the component or under the tag `owner`, as `name`."""

    holder: Any
    key: Any
    owner: str
    name: str

    @property
    def node(self) -> Any:
        return self.holder[self.key]


def lift(result: Node, **context: Any) -> Node:
    """The description with its components (the settings name this function)."""
    found: Node = orjson.loads(orjson.dumps(result, default=plain))  # nothing in it is shared
    components = found["components"]
    lift_schemas(found, components["schemas"])
    share(components, "headers", list(headers(found)))
    share(components, "responses", list(problems(found)))
    share(components, "parameters", list(parameters(found)))
    return found


def plain(value: Any) -> float | str:
    """What JSON has no form for: numbers from the models, texts that translate themselves."""
    return float(value) if isinstance(value, Decimal) else str(value)


def operations(found: Node) -> Iterator[Node]:
    """Every operation."""
    for path in found["paths"].values():
        yield from (one for one in path.values() if isinstance(one, dict) and "responses" in one)


def parameters(found: Node) -> Iterator[Place]:
    """The places of all parameters."""
    for operation in operations(found):
        held = operation.get("parameters", [])
        for position, one in enumerate(held):
            yield Place(held, position, operation["operationId"], one["name"])


def problems(found: Node) -> Iterator[Place]:
    """The places of all answers but the data that was asked for."""
    for operation in operations(found):
        for status in operation["responses"]:
            if not status.startswith("2"):
                name = name_of(int(status))
                yield Place(operation["responses"], status, operation["operationId"], name)


def headers(found: Node) -> Iterator[Place]:
    """The places of all headers of answers."""
    for operation in operations(found):
        for answer in operation["responses"].values():
            held = answer.get("headers", {})
            yield from (Place(held, name, operation["operationId"], name) for name in held)


def share(components: Node, kind: str, places: list[Place]) -> None:
    """Lift the nodes that are alike at several places; of those that are called alike, the one at
    most places has the bare name.
    """
    groups = [group for group in alike(places) if len(group) > 1]
    groups.sort(key=len, reverse=True)
    taken: set[str] = set()
    for group in groups:
        name = group[0].name
        name = unlike(f"{of_operations(group)}.{name}" if name in taken else name, taken)
        components.setdefault(kind, {})[name] = group[0].node
        for place in group:
            place.holder[place.key] = {"$ref": f"#/components/{kind}/{name}"}
    components.update({kind: dict(sorted(components[kind].items()))} if groups else {})


def unlike(name: str, taken: set[str]) -> str:
    """`name`, numbered if it is taken; it is then taken."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}{number}"
    taken.add(found)
    return found


def alike(places: list[Place]) -> list[list[Place]]:
    """Places by what stands there."""
    groups: dict[bytes, list[Place]] = defaultdict(list)
    for place in places:
        groups[orjson.dumps(place.node, option=orjson.OPT_SORT_KEYS)].append(place)
    return list(groups.values())


def of_operations(group: list[Place]) -> str:
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


def lift_schemas(found: Node, schemas: Node) -> None:
    """Lift vocabularies and titled shapes."""
    groups: dict[bytes, list[Place]] = defaultdict(list)
    for place in places_of_schemas(found, schemas):
        for key in UNSAID:
            place.node.pop(key, None)
        if "title" in place.node or len(place.node.get("enum", ())) > FEW:
            groups[orjson.dumps(core(place.node), option=orjson.OPT_SORT_KEYS)].append(place)
    repeated = [group for group in groups.values() if len(group) > 1]
    for name, group in zip(names(repeated, set(schemas)), repeated, strict=True):
        schemas[name] = component(group)
        for place in group:
            place.holder[place.key] = referring(place.node, f"#/components/schemas/{name}")
    schemas["NotKnown"] = NOT_KNOWN
    for place in places_of_schemas(found, schemas):
        if place.node.get("nullable") and None not in place.node.get("enum", [None]):
            place.node["enum"].append(None)
    found["components"]["schemas"] = dict(sorted(schemas.items()))


def places_of_schemas(found: Node, schemas: Node) -> Iterator[Place]:
    """Every schema, those of components first: they give better names."""
    for name in list(schemas):
        owner = name.removesuffix("Request").removeprefix("Patched")  # what is sent of it
        yield from below(Place(schemas, name, owner, name))
    for operation in operations(found):
        owner = singularize((operation.get("tags") or [operation["operationId"]])[0])
        for one in operation.get("parameters", ()):
            words = [word for word in one["name"].split("__") if word not in LOOKUPS]
            yield from below(Place(one, "schema", owner, words[-1]))
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                yield from below(Place(content, "schema", owner, "answer"))


def below(place: Place) -> Iterator[Place]:
    """A schema and those within it."""
    node = place.node
    if not isinstance(node, dict):
        return
    yield place
    for key in ("items", "additionalProperties"):
        if key in node:
            yield from below(place._replace(holder=node, key=key))
    for key in ("allOf", "anyOf", "oneOf"):
        for position in range(len(node.get(key, ()))):
            yield from below(place._replace(holder=node[key], key=position))
    for key in node.get("properties", {}):
        yield from below(place._replace(holder=node["properties"], key=key, name=key))


def core(node: Node) -> Node:
    """A schema without what its place says of it."""
    return {key: value for key, value in node.items() if key not in ANNOTATIONS}


def meanings(text: str) -> tuple[str, str]:
    """A description, and the list of words with their meanings at its end."""
    head, mark, tail = text.partition(MEANINGS)
    return head.strip(), f"{mark}{tail}"


def component(group: list[Place]) -> Node:
    """The schema itself, with the meanings of its words, if any place tells them."""
    node = group[0].node
    schema = core(node)
    if schema.pop("title", None):
        return {**schema, **({"example": node["example"]} if "example" in node else {})}
    texts = (meanings(place.node.get("description", ""))[1] for place in group)
    text = next(filter(None, texts), "")
    return {**schema, **({"description": text} if text else {})}


def referring(node: Node, address: str) -> Node:
    """What stands in the place of a lifted schema."""
    own = {key: node[key] for key in ANNOTATIONS if key in node and key != "example"}
    own["description"] = meanings(own.get("description", ""))[0]
    own = {key: value for key, value in own.items() if value != ""}
    if own.pop("nullable", False):
        return {"anyOf": [{"$ref": address}, {"$ref": "#/components/schemas/NotKnown"}], **own}
    return {"allOf": [{"$ref": address}], **own} if own else {"$ref": address}


def names(groups: list[list[Place]], taken: set[str]) -> list[str]:
    """A name for each group: its title, its usual key, or that with its owner's."""
    plain = [usual(group) for group in groups]
    counted = Counter([*plain, *taken])
    return [
        unlike(name if counted[name] == 1 else f"{owner(group)}{name}", taken)
        for name, group in zip(plain, groups, strict=True)
    ]


def usual(group: list[Place]) -> str:
    """What a group is called most often; the first, if several as often."""
    found = Counter(camelize(singularize(place.name)) for place in group)
    return group[0].node.get("title") or found.most_common(1)[0][0]


def owner(group: list[Place]) -> str:
    """The words at which the names of all owners end, else the first owner."""
    owners = list(dict.fromkeys(place.owner for place in group))
    words = [capitals(one) for one in owners]
    shared = []
    for same in zip(*(one[::-1] for one in words), strict=False):
        if len(set(same)) > 1:
            break
        shared.append(same[0])
    return "".join(shared[::-1]) or camelize(owners[0].replace("-", "_"))


def capitals(name: str) -> list[str]:
    """The words of a CamelCase name."""
    found: list[str] = []
    for letter in camelize(name.replace("-", "_")):
        if letter.isupper() or not found:
            found.append("")
        found[-1] += letter
    return found

"""Generated queries: to which address, with which parameters, and whether they may be accepted.

Addresses and parameters come from the router, the filtersets and the OpenAPI description, so that
a new one is asked without anything being added here. What a value may be follows from the model's
column behind the parameter (filter_kinds.py).
"""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from django.test import Client
from django.urls import resolve

from apps.api.query.conditions import bare_name
from apps.api.query.ordering import orderable_columns
from apps.api.query.selection import reference_paths
from apps.core.models import record_models
from tests.support.hostile import kinds
from tests.support.hostile.filter_kinds import document_keys, filter_kind
from tests.support.hostile.kinds import (
    BOOLEAN_KIND,
    OTHER_KIND,
    TEXT_KIND,
    ValueKind,
    Verdict,
    whole_number_kind,
    word_kind,
)

API_ROOT = "/api/v1"
# What says nothing by itself: whether it is right depends on other parameters, or on the data.
COMBINED_PARAMETERS = {
    *("cursor", "page", "expand", "revision", "as_of", "facet", "group_by"),
    *("on", "on__not", "on__certain", "on__possible"),
    *("metric", "raw", "since", "revision__gt", "revision__gt__not"),
}
LIMIT_SUFFIX = re.compile("__(gte|gt|lte|lt|range|in)$")


@dataclass(frozen=True)
class DeclaredParameter:
    """A parameter as it is declared."""

    name: str
    kind: ValueKind
    many: str = "one"  # or repeat, comma, pair
    is_required: bool = False

    def accepts(self, texts: list[str]) -> Verdict:
        """Whether these may be its values."""
        if not all(text.strip() for text in texts) or (len(texts) > 1 and self.many != "repeat"):
            return False
        if self.many in ("comma", "pair"):
            texts = [text.strip() for text in kinds.split_at_commas(texts[0])]
            if not all(texts) or (self.many == "pair" and len(texts) != 2):
                return False
        verdict = combine_verdicts([len(texts) <= 200, *map(self.kind.accepts, texts)])
        if self.many == "pair" and verdict:
            return self.kind.may_end_with(*texts)
        return verdict

    def random_values(self, random: Random) -> list[str]:
        """Values that may be accepted."""
        count = {"one": 1, "pair": 2}.get(self.many, random.choice((1, 1, 2, 3)))
        texts = [self.kind.random_value(random) for _ in range(count)]
        if self.many == "pair" and not self.kind.may_end_with(*texts):
            texts.reverse()
        return [",".join(texts)] if self.many in ("comma", "pair") else texts


@dataclass(frozen=True)
class ApiAddress:
    """An address that answers GET, its parameters by name, and what may stand in its path."""

    path: str
    parameters: dict[str, DeclaredParameter]
    is_list: bool = False
    is_api: bool = True  # else a page, which reads no parameters
    slugs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class QueryCase:
    """One query."""

    address: ApiAddress
    path: str
    query: str

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def decoded_values(self) -> dict[str, list[str]]:
        """What the query says, decoded; UnicodeDecodeError: it is no UTF-8."""
        texts_by_name: dict[str, list[str]] = {}
        for name, text in parse_qsl(self.query, keep_blank_values=True, errors="strict"):
            texts_by_name.setdefault(name, []).append(text)
        return texts_by_name

    def expected_verdict(self) -> Verdict:
        """Whether the query may be accepted; None: that cannot be told from here."""
        if len(self.path) + len(self.query) > 8192 or self.query.count("&") >= 60:
            return False
        try:
            texts = self.decoded_values()
        except UnicodeDecodeError:
            return False
        known = self.address.parameters
        if re.search(r"[\x00-\x1f\x7f]", unquote(self.path) + all_texts(texts)):
            return False
        if any(
            parameter.is_required and parameter.name not in texts for parameter in known.values()
        ):
            return False
        return combine_verdicts(
            False
            if name not in known
            else combine_verdicts(
                [known[name].accepts(values), None if is_combined(name, texts) else True]
            )
            for name, values in texts.items()
        )


def is_combined(name: str, texts: dict[str, list[str]]) -> bool:
    """Whether it depends on others if a parameter is right: two limits may exclude each other."""
    stem = LIMIT_SUFFIX.sub("", name)
    others = (LIMIT_SUFFIX.sub("", other) for other in texts if other != name)
    return name in COMBINED_PARAMETERS or stem in others


def all_texts(texts: dict[str, list[str]]) -> str:
    """All that a query says, in one text."""
    return "".join(itertools.chain(texts, *texts.values()))


def combine_verdicts(verdicts: Any) -> Verdict:
    """False if any is, else None if any is, else True."""
    answers = list(verdicts)
    return False if False in answers else None if None in answers else True


def published_slugs() -> dict[str, list[str]]:
    """The published records of each type."""
    return {
        endpoint: list(model.objects.published().order_by("slug").values_list("slug", flat=True))
        for endpoint, model in record_models().items()
    }


def api_addresses() -> list[ApiAddress]:
    """Every address of the API that answers GET, and the pages beside it."""
    known = published_slugs()
    media = "application/vnd.oai.openapi+json"
    schema = json.loads(Client().get(f"{API_ROOT}/schema/", headers={"accept": media}).content)
    addresses = [
        *(
            address_of_operation(schema, path, item["get"], known)
            for path, item in schema["paths"].items()
        ),
        *(
            ApiAddress(f"{API_ROOT}/{page}", {}, is_api=False)
            for page in ("docs/", "schema/", "nothing/")
        ),
        ApiAddress("/problems/gone/", {}, is_api=False),
    ]
    assert {address.path for address in addresses} >= {f"{API_ROOT}/{prefix}/" for prefix in known}
    return addresses


def address_of_operation(
    schema: Any, path: str, operation: Any, known: dict[str, list[str]]
) -> ApiAddress:
    """An address of the OpenAPI description."""
    endpoint = path.removeprefix(f"{API_ROOT}/").split("/")[0]
    model = record_models().get(endpoint)
    described = [resolve_node(schema, parameter) for parameter in operation.get("parameters", [])]
    asked = {
        parameter["name"]: parameter_of_description(schema, parameter, model)
        for parameter in described
        if parameter["in"] == "query"
    }
    is_list = path == f"{API_ROOT}/{endpoint}/" and endpoint in known
    if model is not None and "fields" in asked:
        asked["raw"] = DeclaredParameter("raw", word_kind(["1"]))
    if endpoint in known:
        filters = dict(filters_of_list(endpoint, known))
        if set(asked) & set(filters):  # it takes them all, those that negate too
            asked |= filters
    return ApiAddress(path, asked, is_list=is_list, slugs=known.get(endpoint, []))


def resolve_node(schema: Any, node: Any) -> Any:
    """A node of the description, or the component that it names."""
    while "$ref" in node:
        name = node["$ref"].removeprefix("#/").split("/")
        node = schema
        for step in name:
            node = node[step]
    return node


def parameter_of_description(schema: Any, parameter: Any, model: Any) -> DeclaredParameter:
    """A parameter by its description."""
    name, shape = parameter["name"], resolve_node(schema, parameter["schema"])
    many = "one"
    if shape.get("type") == "array":
        many = "repeat" if parameter.get("explode", True) else "comma"
        shape = resolve_node(schema, shape["items"])
    return DeclaredParameter(
        name, parameter_kind(name, shape, model), many, parameter.get("required", False)
    )


def parameter_kind(name: str, shape: Any, model: Any) -> ValueKind:
    """What a parameter takes that is no filter."""
    if model is not None and name == "also":
        return kinds.name_list_kind(filterset_of_type(model.endpoint()).open_reasons(), 999)
    if model is not None and name in ("fields", "omit"):
        return kinds.name_list_kind(document_keys(model), 999)
    if model is not None and name == "ordering":
        return kinds.name_list_kind(orderable_columns(model), 5, "-")
    if model is not None and name == "expand":
        return kinds.name_list_kind([".".join(path) for path in reference_paths(model)], 10)
    if "enum" in shape:
        return word_kind([str(value) for value in shape["enum"] if value is not None])
    if shape.get("type") == "integer" and "minimum" in shape and "maximum" in shape:
        return whole_number_kind(shape["minimum"], shape["maximum"])
    return {"q": TEXT_KIND}.get(
        name, BOOLEAN_KIND if shape.get("type") == "boolean" else OTHER_KIND
    )


def filterset_of_type(endpoint: str) -> Any:
    """What the list of a type can be asked."""
    view: Any = resolve(f"{API_ROOT}/{endpoint}/").func
    return view.cls.filterset_class


def filters_of_list(
    endpoint: str, known: dict[str, list[str]]
) -> Iterator[tuple[str, DeclaredParameter]]:
    """The filters of a list, those that negate too."""
    for name, declared in filterset_of_type(endpoint).base_filters.items():
        kind = filter_kind(record_models()[endpoint], bare_name(name), known)
        yield name, DeclaredParameter(name, kind, declared.many)


def random_cases(
    addresses: list[ApiAddress], seed: int, numbers: range
) -> Iterator[tuple[int, QueryCase]]:
    """The queries of a seed by number; each can be made again alone."""
    weights = [address_weight(address) for address in addresses]
    for index in numbers:
        random = Random(f"{seed}:{index}")
        (address,) = random.choices(addresses, weights)
        yield index, QueryCase(address, random_path(address, random), random_query(address, random))


def address_weight(address: ApiAddress) -> int:
    """How often an address is asked."""
    if not address.is_api:
        return 1
    return 60 if address.is_list else 15 if "{" in address.path else 30


def random_path(address: ApiAddress, random: Random) -> str:
    """The path with something in the place of its variables."""

    def filled(match: re.Match[str]) -> str:
        if address.slugs and random.random() < 0.8:
            return random.choice(address.slugs)
        text = random.choice(kinds.HOSTILE_TEXTS)
        return quote_text(text) or "x"

    path = re.sub(r"\{\w+\}", filled, address.path)
    return path.rstrip("/") if random.random() < 0.1 and path.count("/") > 3 else path


def quote_text(text: str) -> str:
    """A text as it stands in an address."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def random_query(address: ApiAddress, random: Random) -> str:
    """One to four parameters: all right, one of them wrong, or anything."""
    mood = random.choice(("right", "right", "one wrong", "anything"))
    chosen = random.choices(
        list(address.parameters.values()) or [DeclaredParameter("x", OTHER_KIND)],
        k=random.choice((1, 1, 2, 3, 4)),
    )
    if mood == "right":
        chosen = list({parameter.name: parameter for parameter in chosen}.values())
    wrong = random.randrange(len(chosen))
    pairs: list[str] = []
    for place, parameter in enumerate(chosen):
        is_right = mood == "right" or (mood == "one wrong" and place != wrong)
        pairs += random_pairs(parameter, random, is_right)
    return "&".join(pairs)


def random_pairs(parameter: DeclaredParameter, random: Random, is_right: bool) -> Iterator[str]:
    """A parameter with its values, right or not."""
    name = quote_text(parameter.name)
    turn = random.random()
    if is_right:
        yield from (f"{name}={quote_text(text)}" for text in parameter.random_values(random))
    elif turn < 0.05:
        bad_name = quote_text(random.choice(kinds.BAD_NAMES))
        yield f"{bad_name}={quote_text(parameter.kind.random_value(random))}"
    elif turn < 0.12:
        yield from [f"{name}={quote_text(parameter.kind.random_value(random))}"] * random.choice(
            (2, 2, 61)
        )
    elif turn < 0.40 and parameter.kind.near_misses:
        yield f"{name}={quote_text(random.choice(parameter.kind.near_misses))}"
    elif turn < 0.50:
        yield f"{name}={random.choice(kinds.RAW_VALUES)}"
    else:
        yield f"{name}={quote_text(random.choice(kinds.HOSTILE_TEXTS))}"

"""The API under generated requests, valid and not: it answers as its description says."""

import logging
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi import checks

from caucasus.wsgi import application
from tests.support.seeding import load_curated_data, stored_state

pytestmark = [
    pytest.mark.django_db,
    # What a database could take amiss is asked on both by query/test_hostile_queries.py.
    pytest.mark.any_database("the description, held against what Python answers"),
]
ROOT = Path(__file__).parents[3]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
CONFIG = {
    "seed": 2026,
    # Credentials that are made up are refused before anything else is looked at.
    "generation": {"max-examples": 10, "database": "none", "with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": ["400", "401", "404", "414"]}},
}
# Each of these is refused beside some other, so that a query with all of them tells nothing.
APART = {"cursor", "as_of", "revision", "format", "raw", "bom", "on"}
WRITING = ["POST", "PUT", "PATCH", "DELETE"]
TAIL = re.compile(r"__(not|in|gte|gt|lte|lt|range|possible|isnull|icontains|istartswith)$")
SLUG = re.compile(r"^- slug: (\S+)$", re.M)


@cache
def description_as_json() -> bytes:
    """The committed description, as JSON."""
    path = ROOT / "docs/openapi.yaml"
    return orjson.dumps(yaml.load(path.read_text(), yaml.CSafeLoader))


def some_slugs(path: str) -> list[str]:
    """Some records of the type to which a path belongs."""
    name = path.split("/")[3].replace("-", "_")
    return SLUG.findall((ROOT / f"seeds/{name}.yaml").read_text())[:3]


def schema_form(description: Any, node: Any) -> Any:
    """What a schema is like, whatever its words are."""
    if "$ref" in node:
        return schema_form(
            description, description["components"]["schemas"][node["$ref"].split("/")[-1]]
        )
    items = {"items": schema_form(description, node["items"])} if "items" in node else {}
    told = {key: node[key] for key in node if key not in ("description", "example", "default")}
    return {**told, **items, **({"enum": "words"} if "enum" in node else {})}


def kept_parameters(
    description: Any, operation: Any, only: Collection[str], seen: set[Any]
) -> Iterator[Any]:
    """Of the parameters of a tag those that are of a form of their own, or just `only`.

    What has one form is read by one piece of code; every filter is held against its schema in
    test_schema.py. Slugs are left out: none that is made up exists, so that a query with one
    is refused whatever else it asks.
    """
    for parameter in operation.get("parameters", []):
        name = parameter.get("$ref", "").split("/")[-1]
        whole = description["components"]["parameters"][name] if name else parameter
        if whole["in"] != "query":
            yield whole
            continue
        shape = schema_form(description, whole["schema"])
        like = orjson.dumps([shape, whole.get("explode")], option=orjson.OPT_SORT_KEYS)
        is_own = whole["name"] in only if only else whole["name"] not in APART
        if is_own and description["components"]["schemas"]["Slug"]["pattern"] not in str(shape):
            if like not in seen:
                yield whole
            seen.add(like)


def has_query_parameters(methods: Any) -> bool:
    """Whether any operation of a path has a parameter in its query."""
    return any(
        parameter["in"] == "query" for each in methods.values() for parameter in each["parameters"]
    )


def load_description(*only: str) -> Any:
    """The description with a few parameters of each operation."""
    description = orjson.loads(description_as_json())
    seen: dict[str, set[Any]] = {}
    for path, methods in description["paths"].items():
        for operation in methods.values():
            # Strangers are refused whatever they send, so that any body does for all.
            for media in operation.get("requestBody", {}).get("content", {}).values():
                media["schema"] = {"type": "object"}
            tag = operation.get("tags", [path])[0]
            known = set() if only else seen.setdefault(tag, set())
            operation["parameters"] = list(kept_parameters(description, operation, only, known))
            for parameter in operation["parameters"]:
                if parameter["name"] == "slug":
                    parameter["schema"] = {**parameter["schema"], "enum": some_slugs(path)}
    if only:
        description["paths"] = {
            path: operations
            for path, operations in description["paths"].items()
            if has_query_parameters(operations)
        }
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_dict(description, config=config)
    schema.app = application
    return schema.exclude(method=WRITING) if only else schema


@pytest.fixture(scope="module")
def dataset(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole dataset, once for all operations; readers change nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_curated_data()
        loaded = stored_state()
        for signal in (request_started, request_finished):  # as Django's own test client does
            signal.disconnect(close_old_connections)
        yield
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        assert stored_state() == loaded
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(dataset: None) -> None:
    """In the place of a transaction for each test, after which the connection would be closed."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Without a line for each of the thousands of refusals."""
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(level)


DESCRIBED = {
    "everything": load_description(),
    "forms": load_description("format", "raw", "bom", "page", "page_size", "fields", "revision"),
    "places": load_description("cursor", "as_of", "count", "ordering"),
}
OPERATIONS = [
    (part, operation.ok().label)
    for part, schema in DESCRIBED.items()
    for operation in schema.get_all_operations()
]


def send(case: Any) -> None:
    """One request, and whether the answer is as described."""
    # It says that it takes compressed answers, and cannot read them.
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize(("part", "label"), OPERATIONS)
def test_an_operation_answers_as_described(dataset: None, part: str, label: str) -> None:
    """Its requests are made here: Schemathesis' own `parametrize` makes all in every worker."""
    schema = DESCRIBED[part]
    operation = schema.find_operation_by_label(label)
    build_operation_test(
        config=schema.config,
        operation=operation,
        test_func=send,
        given_kwargs={},
        feedback=FeedbackSources(),
    )()

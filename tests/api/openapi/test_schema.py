"""The description of the API: committed, complete, and as strict as the readers behind it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import jsonschema
import orjson
import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.management import call_command

from apps.api.openapi.shared_components import share_repeated_parts
from apps.core.querysets import MAX_SEARCH_TEXT
from caucasus.api import openapi
from caucasus.api.openapi import cached_description, description_file
from caucasus.api.routes import router
from tests.api.openapi.api_surface import LOOKUPS

COMMITTED = Path(__file__).parents[3] / "docs/openapi.yaml"
METHODS = {"get", "post", "put", "patch", "delete"}
VALUES = [
    *("a", "A b", "кавказ", "-", "-1", "0", "1", "1.5", "1e3", "9" * 25, "true", "True", "null"),
    *("2025", "2025-13", "2025-02-30", "2025-21", "2025?", "../2025", "2025/..", "../..", "1600"),
    *("2025-1", "2025/2024", "a,b", "1,2", "1,2,3,4", "2024,2025", ",", "a,,b", "AZ", "az", "[]"),
    *("reported", "reported,alleged", "2026-01-31T12:00:00Z", "2026-01-31", "{}", "%"),
    *("a\x00", "a\nb", "\x7f", "\ue000", "a" * MAX_SEARCH_TEXT, "a" * (MAX_SEARCH_TEXT + 1), "٣"),
]


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The committed description."""
    return yaml.load(COMMITTED.read_text(), yaml.CSafeLoader)


def with_references_resolved(described: dict[str, Any], node: Any) -> Any:
    """A node with what its references name in their place."""
    if isinstance(node, list):
        return [with_references_resolved(described, item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        _, *steps = node["$ref"].split("/")
        target: Any = described
        for step in steps:
            target = target[step]
        return with_references_resolved(described, target)
    return {key: with_references_resolved(described, value) for key, value in node.items()}


def described_operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation with its path and method."""
    for path, methods in described["paths"].items():
        for method in METHODS & set(methods):
            yield path, method, methods[method]


def test_the_committed_description_is_the_one_that_the_code_makes(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    if made.read_text() != COMMITTED.read_text():
        pytest.fail("docs/openapi.yaml is behind the code: run `make schema` and commit it.")


def test_the_description_is_made_once(api):
    first = api.get("/api/v1/schema/?full=true", headers={"accept": "application/yaml"})
    assert first.content.decode() == COMMITTED.read_text()
    made = cached_description()
    assert api.get("/api/v1/schema/?full=true").json() == made
    assert cached_description() is made
    for form in ("json", "yaml"):
        assert description_file(form, is_full=True) is description_file(form, is_full=True)


@pytest.mark.parametrize("query", ["", "?full=true", "?format=yaml", "?full=true&format=yaml"])
def test_who_holds_the_description_is_not_sent_it_again(api, query):
    path = f"/api/v1/schema/{query}"  # without a database: nothing is asked of one
    tag = api.get(path)["ETag"]
    again = api.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_small_description_is_small_and_has_what_a_reader_asks(described):
    small = json.loads(description_file("json", is_full=False).body)
    assert len(description_file("json", is_full=False).body) < 200_000
    assert set(small["paths"]) == {path for path in described["paths"] if "proposals" not in path}
    for path, method, operation in described_operations(small):
        whole = described["paths"][path][method]
        names = [parameter_name(small, entry) for entry in operation["parameters"]]
        assert names == [
            name
            for name in (parameter_name(described, entry) for entry in whole["parameters"])
            if "__" not in name and name != "expand"
        ]
        assert operation["responses"]["200"] == whole["responses"]["200"]
    assert with_references_resolved(small, small["paths"]["/api/v1/search/"])
    assert b'"anyOf":[{"$ref":"#/components/schemas/Slug"}' not in orjson.dumps(small)


def test_each_kind_of_lookup_is_described_once_in_the_small_description(described):
    text = cached_small_text()
    endings = {
        name.rpartition("__")[2]
        for _, _, operation in described_operations(described)
        for name in (parameter_name(described, entry) for entry in operation.get("parameters", []))
        if "__" in name
    } & LOOKUPS
    assert endings
    assert {ending for ending in endings if f"__{ending}`" not in text} == set()


def cached_small_text() -> str:
    """What the small description says of itself."""
    text: str = json.loads(description_file("json", is_full=False).body)["info"]["description"]
    return text


def parameter_name(described: dict[str, Any], entry: dict[str, Any]) -> str:
    """The name of a parameter, which may be a shared one."""
    shared = described["components"]["parameters"]
    parameter = shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
    return str(parameter["name"])


@pytest.mark.parametrize("is_full", [True, False])
def test_the_description_is_typed_and_says_who_may_ask(is_full):
    body = json.loads(description_file("json", is_full).body)
    untyped: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("enum"), list) and "type" not in node:
                untyped.append(node)
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(body)
    assert untyped == []
    assert body["servers"] == [{"url": "/", "description": "Where this description comes from."}]
    tags = {tag["name"] for tag in body["tags"] if tag["description"]}
    for path, method, operation in described_operations(body):
        assert set(operation["tags"]) <= tags
        assert 0 < len(operation["summary"]) < 100, operation["summary"]
        is_public = method == "get" and "/proposals/" not in path
        assert ({} in operation["security"]) is is_public, path


def test_threads_of_a_fresh_worker_do_not_describe_the_api_at_once(monkeypatch):
    """The library keeps its state in classes; a second thread that came meanwhile answered 500."""
    inside, most, barrier = [], [], Barrier(4)

    def describe(generator: Any, **options: Any) -> dict[str, Any]:
        inside.append(generator)
        most.append(len(inside))
        Event().wait(0.05)  # while the others come
        inside.remove(generator)
        return {"made": len(most)}

    def ask(_: int) -> dict[str, Any]:
        barrier.wait()
        return cached_description()

    monkeypatch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", describe)
    openapi._make_description.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(ask, range(4))) == [{"made": 1}] * 4
    finally:
        openapi._make_description.cache_clear()
    assert most == [1]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_form_of_the_description_may_be_named_in_the_address(api, form):
    other = {"json": "application/yaml", "yaml": "application/json"}[form]
    response = api.get(f"/api/v1/schema/?full=true&format={form}", headers={"accept": other})
    assert response.status_code == 200
    assert form in response["Content-Type"] or "vnd.oai.openapi" in response["Content-Type"]
    read = json.loads if form == "json" else lambda text: yaml.load(text, yaml.CSafeLoader)
    assert read(response.content)["info"] == cached_description()["info"]


def test_json_by_its_name_is_what_browsers_show(api):
    assert api.get("/api/v1/schema/?format=json")["Content-Type"] == "application/json"


def test_a_form_that_there_is_not_is_refused_by_name(api):
    response = api.get("/api/v1/schema/?format=jsn")
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["allowed"]) == ("format", ["yaml", "json"])
    assert error["suggestions"] == ["json"]


def test_every_operation_documents_its_problems_and_its_tag(described):
    for path, method, operation in described_operations(described):
        answers = operation["responses"]
        expected = {"400", "406", "414", "429"} | ({"404"} if "{" in path else set())
        expected |= {"304"} if method == "get" else set()
        assert expected <= set(answers), path
        assert method != "get" or "ETag" in answers["200"]["headers"], path
        for status in set(answers) & {str(code) for code in range(308, 600)}:
            body = described["components"]["responses"][answers[status]["$ref"].split("/")[-1]]
            schema = body["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_no_vocabulary_stands_twice(described):
    """An enumeration of more than two words that stands at two places is a component."""
    enums: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if len(node.get("enum", ())) > 2:
                enums.append(repr(node["enum"]))
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(described)
    assert len(enums) == len(set(enums))


def test_no_parameter_stands_twice(described):
    parameters = [
        repr(parameter)
        for _, _, operation in described_operations(described)
        for parameter in operation.get("parameters", ())
        if "$ref" not in parameter
    ]
    assert len(parameters) == len(set(parameters))


def test_a_vocabulary_has_the_meanings_of_its_words(described):
    certainty = described["components"]["schemas"]["Certainty"]
    assert certainty["enum"] == ["confirmed", "reported", "alleged", "disputed"]
    assert "`alleged` - Alleged: somebody claims it" in certainty["description"]


def test_schemas_that_are_called_alike_are_told_apart():
    kinds = [["a", "b", "c"], ["x", "y", "z"]]
    schemas = {
        f"{name}{n}": {"properties": {"kind": {"type": "string", "enum": words}}}
        for name, words in zip(("Ship", "Treaty"), kinds, strict=True)
        for n in ("", "Part")
    }
    shared = share_repeated_parts({"paths": {}, "components": {"schemas": schemas}})["components"][
        "schemas"
    ]
    assert {name: schema["enum"] for name, schema in shared.items() if "enum" in schema} == {
        "ShipKind": kinds[0],
        "TreatyKind": kinds[1],
    }
    assert shared["ShipPart"]["properties"]["kind"] == {"$ref": "#/components/schemas/ShipKind"}


def parse_sent_value(schema: dict[str, Any], text: str) -> Any:
    """The text of a parameter as the value that a schema speaks of."""
    if schema["type"] == "array":
        return [parse_sent_value(schema["items"], part) for part in text.split(",")]
    if schema["type"] == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if schema["type"] in ("integer", "number"):
        try:
            number = Decimal(text)
        except ArithmeticError:
            return text
        return int(number) if number == number.to_integral_value() else float(number)
    return text


@pytest.mark.django_db
@pytest.mark.any_database("the description, held against what reads the values")
@pytest.mark.parametrize("endpoint", [prefix for prefix, _, _ in router.registry])
def test_what_the_description_refuses_of_a_filter_is_refused(described, endpoint):
    """Every filter of every type, by what reads it."""
    viewset = {prefix: viewset for prefix, viewset, _ in router.registry}[endpoint]
    filters = viewset.filterset_class.base_filters
    listed = described["paths"][f"/api/v1/{endpoint}/"]["get"]["parameters"]
    checked = 0
    for parameter in with_references_resolved(described, listed):
        reader = filters.get(parameter["name"])
        if reader is None:
            continue
        schema = {"nullable": True, **parameter["schema"]}
        checker = jsonschema.Draft4Validator(schema)
        for text in VALUES:
            sent = [text] if reader.many == "repeat" else text
            value = (
                [parse_sent_value(schema["items"], text)]
                if sent != text
                else parse_sent_value(schema, text)
            )
            if checker.is_valid(value):
                continue
            checked += 1
            with pytest.raises(ValidationError):
                reader.read_values([text])
                pytest.fail(f"{parameter['name']}={text!r} was accepted")
    assert checked > 1_000

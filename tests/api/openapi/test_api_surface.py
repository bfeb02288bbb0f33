"""docs/api-surface.txt: every operation and parameter of the API, as a reviewer reads them."""

from typing import Any

import pytest
import yaml

from tests.api.openapi.api_surface import DESCRIPTION, HEAD, SURFACE, api_surface


def query(*names: str) -> list[dict[str, Any]]:
    """Parameters of a query."""
    return [{"name": name, "in": "query"} for name in names]


def test_the_committed_surface_is_that_of_the_committed_description():
    """That of the code is the description itself: test_schema.py."""
    made = api_surface(yaml.load(DESCRIPTION.read_text(), yaml.CSafeLoader))
    if made != SURFACE.read_text():
        pytest.fail("docs/api-surface.txt is behind: run `make schema` and commit it.")


def test_an_operation_and_each_parameter_have_a_line_on_which_its_lookups_stand():
    shared = {"If-Match": {"name": "If-Match", "in": "header"}}
    listed = query("name", "kind__in", "name__lte", "name__gt", "name__gt__not", "name__code")
    description = {
        "components": {"parameters": shared},
        "paths": {
            "/b/": {"get": {}},
            "/a/{slug}/": {
                "put": {"parameters": [{"$ref": "#/components/parameters/If-Match"}]},
                "get": {"parameters": [*listed, {"name": "slug", "in": "path"}]},
            },
        },
    }
    assert api_surface(description).removeprefix(HEAD).splitlines() == [
        "GET /a/{slug}/",
        "GET /a/{slug}/ kind__in",
        "GET /a/{slug}/ name [gt lte]",
        "GET /a/{slug}/ name__code",
        "GET /a/{slug}/ name__gt__not",
        "GET /b/",
        "PUT /a/{slug}/",
        "PUT /a/{slug}/ If-Match (header)",
    ]


def test_no_parameter_is_lost_between_the_lines():
    """Folded or not, as many names stand in the lines as in the description."""
    description = yaml.load(DESCRIPTION.read_text(), yaml.CSafeLoader)
    shared = description["components"]["parameters"]
    sent = [
        shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
        for operations in description["paths"].values()
        for operation in operations.values()
        for entry in operation.get("parameters", [])
    ]
    lines = [line.split()[2:] for line in SURFACE.read_text().removeprefix(HEAD).splitlines()]
    names = [name for line in lines for name in line if name != "(header)"]
    assert len(names) == len([entry for entry in sent if entry["in"] != "path"]) > 1_000

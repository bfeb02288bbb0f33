"""The API as a reviewer reads it: methods, paths and parameters, made from its description.

`python -m tests.api.openapi.api_surface` writes docs/api-surface.txt; `make schema` does so, too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).parents[3] / "docs"
DESCRIPTION, SURFACE = DOCS / "openapi.yaml", DOCS / "api-surface.txt"
HEAD = """\
# Each operation, and each of its parameters with its look-ups: `signed_on [gte]` is signed_on and
# signed_on__gte. Made from docs/openapi.yaml by `make schema`; reviews read the diff of this file.
"""
# Other steps of a name lead to a field of another record: citations__article__kind.
LOOKUPS = {"gt", "gte", "icontains", "in", "isnull", "istartswith", "lt", "lte"}
LOOKUPS |= {"certain", "possible", "range"}


def api_surface(description: dict[str, Any]) -> str:
    """An OpenAPI description as sorted lines."""
    lines = (
        f"{method.upper()} {path}{parameter}"
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        for parameter in ["", *parameter_lines(description, operation)]
    )
    return HEAD + "".join(f"{line}\n" for line in sorted(lines))


def parameter_lines(description: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    """What a client may send beside path and body: ` signed_on [gt gte]`, ` If-Match (header)`."""
    shared = description["components"]["parameters"]
    entries = [
        shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
        for entry in operation.get("parameters", [])
    ]
    queried = {entry["name"] for entry in entries if entry["in"] == "query"}
    lookups: dict[str, list[str]] = {name: [] for name in queried}
    for name in sorted(queried):
        stem, _, step = name.rpartition("__")
        if stem in queried and step in LOOKUPS:
            lookups[stem].append(step)
            del lookups[name]
    for name, steps in lookups.items():
        yield f" {name} [{' '.join(steps)}]" if steps else f" {name}"
    yield from (f" {entry['name']} (header)" for entry in entries if entry["in"] == "header")


if __name__ == "__main__":
    SURFACE.write_text(api_surface(yaml.load(DESCRIPTION.read_text(), yaml.CSafeLoader)))

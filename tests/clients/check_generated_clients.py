"""Clients that generators make of the description are compiled, and read every list.

`make clients` runs this. openapi-python-client, made of the whole description, is tested in
tests/api/openapi/test_generated_client.py, with its writes.
"""

import importlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest

from tests.clients.conftest import HERE, Run
from tests.conftest import skip_for_lack_of

COMPILE = ["tsc", "--strict", "--skipLibCheck", "--target", "es2022"]
AS_MODULES = ["--module", "nodenext", "--moduleResolution", "nodenext"]
AS_SCRIPTS = ["--module", "commonjs", "--moduleResolution", "node10"]
ENGINE = ["-XX:+UseSerialGC", "-jar"]  # of two cores, others have one
EXPECTED = {"count": 5, "slugs": ["bandar-abbas", "mumbai"]}


def make_client(run: Run, generator: str, small_file: Path, folder: Path) -> Path:
    """The client that openapi-generator makes; its jar comes in a package for Python."""
    package = find_spec("openapi_generator_cli")
    if package is None or package.origin is None:
        skip_for_lack_of("`make clients` installs openapi-generator-cli")
    jar = Path(str(package and package.origin)).parent / "openapi-generator.jar"
    made = folder / generator
    run("java", *ENGINE, jar, "generate", "-i", small_file, "-g", generator, "-o", made)
    return made


@pytest.mark.parametrize("query", ["", "?full=true"])
def test_openapi_typescript_with_openapi_fetch(run, server, npm_folder, query, tmp_path):
    folder = tmp_path / "work"
    copytree(npm_folder, folder, symlinks=True)
    binaries = folder / "node_modules/.bin"
    (folder / "package.json").write_text('{"type": "module"}')
    address = f"{server}/api/v1/schema/{query}"
    run("node", binaries / "openapi-typescript", address, "-o", folder / "api.d.ts")
    copy(HERE / "use_openapi_fetch.ts", folder)
    run("node", binaries / "tsc", *COMPILE[1:], *AS_MODULES, "use_openapi_fetch.ts", cwd=folder)
    answer = json.loads(run("node", "use_openapi_fetch.js", server, cwd=folder))
    assert answer == {**EXPECTED, "problem": "kind"}


def test_openapi_generator_for_typescript_fetch(run, server, npm_folder, small_file, tmp_path):
    folder = tmp_path / "work"
    copytree(npm_folder, folder, symlinks=True)
    make_client(run, "typescript-fetch", small_file, folder)
    copy(HERE / "use_typescript_fetch.ts", folder)
    tsc = folder / "node_modules/.bin/tsc"
    run("node", tsc, *COMPILE[1:], *AS_SCRIPTS, "use_typescript_fetch.ts", cwd=folder)
    assert json.loads(run("node", "use_typescript_fetch.js", server, cwd=folder)) == EXPECTED


def test_openapi_generator_for_python(run, server, small_file, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(make_client(run, "python", small_file, tmp_path)))
    made: Any = importlib.import_module("openapi_client")
    client = made.ApiClient(made.Configuration(host=server))
    page = made.PlacesApi(client).places_list(kind=["port"], page_size=2)
    assert {"count": page.count, "slugs": [place.slug for place in page.results]} == EXPECTED
    lists = [
        getattr(getattr(made, name)(client), method)
        for name in dir(made)
        if name.endswith("Api")
        for method in dir(getattr(made, name))
        if method.endswith("_list")
    ]
    assert len(lists) == 8
    for read in lists:
        assert read().results[0].slug
    for name in [name for name in sys.modules if name.startswith("openapi_client")]:
        del sys.modules[name]


def test_openapi_generator_for_r(run, server, small_file, tmp_path):
    made, library = make_client(run, "r", small_file, tmp_path), tmp_path / "library"
    library.mkdir()
    run("R", "CMD", "INSTALL", "--no-docs", "--no-test-load", "-l", library, made)
    assert json.loads(run("Rscript", HERE / "use_generated.R", library, server)) == EXPECTED

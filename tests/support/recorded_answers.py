"""What the API answers to some 5,000 requests, a line each: to compare two states of the code.

    python -m tests.support.recorded_answers > before.txt
    python -m tests.support.recorded_answers > after.txt   # in the other checkout
    diff before.txt after.txt

The requests follow from the committed description and the curated data: every type, form, kind of
filter and kind of error, in the same order at each run. A line has the status, a digest of headers
and body, and the request. Tags are compared without the part that names the build.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).parents[2]
API = "/api/v1"
FORMS = ("json", "csv", "ndjson", "xlsx", "geojson", "yaml")
FILTERS_OF_A_TYPE = 170
PAGES = ("", "meta", "changes", "search", "codebook", "schema", "proposals", "nothing")
BUILD = re.compile(r"-[0-9a-f]{12}\"")
HEADERS = (
    *("Content-Type", "ETag", "Vary", "Cache-Control", "Link", "Location", "Allow"),
    *("Content-Disposition", "WWW-Authenticate", "Retry-After"),
)
Request = tuple[str, str, dict[str, str]]  # method, address, headers


def main() -> None:
    """Load the seeds into a database of its own, ask, and print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/recorded.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "caucasus.settings.test"
        start_django()
        requests = list(recorded_requests())
        for number, request in enumerate(requests, start=1):
            print(answer_line(*request))  # noqa: T201
            if sys.stderr.isatty():
                print(f"\r{number} of {len(requests)}", end="", file=sys.stderr)  # noqa: T201


def start_django() -> None:
    """Set Django up and load the curated data."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed", stdout=sys.stderr)


def answer_line(method: str, address: str, headers: dict[str, str]) -> str:
    """Status, digest and request."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    response = client.generic(method, address, headers=headers)
    body = b"".join(response) if response.streaming else response.content
    shown = [f"{name}: {BUILD.sub('', response.get(name, ''))}" for name in HEADERS]
    digest = hashlib.sha256(plain_body(body, response) + "\n".join(shown).encode())
    asked = f" {json.dumps(headers)}" if headers else ""
    return f"{response.status_code} {digest.hexdigest()[:20]} {method} {address}{asked}"


def plain_body(body: bytes, response: Any) -> bytes:
    """A body; of a workbook the texts of its sheets, since its zip names the time of day."""
    if "spreadsheetml" not in response.get("Content-Type", ""):
        return body
    import io
    import zipfile

    book = zipfile.ZipFile(io.BytesIO(body))
    return b"".join(book.read(name) for name in sorted(book.namelist()) if "core.xml" not in name)


def recorded_requests() -> Iterator[Request]:
    """Every request, in order."""
    import yaml

    text = (ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8")
    described = yaml.load(text, Loader=yaml.CSafeLoader)
    paths, shared = described["paths"], described["components"].get("parameters", {})
    random = Random(2026)
    for path, operations in paths.items():
        operation = operations.get("get")
        if not operation:
            continue
        parameters = [
            shared[p["$ref"].rpartition("/")[2]] if "$ref" in p else p
            for p in operation.get("parameters", ())
        ]
        parameters = [p for p in parameters if p["in"] == "query"]
        if "{" not in path and f"{path}{{slug}}/" in paths:
            yield from requests_of_a_type(path, parameters, random)
        else:
            yield from requests_of_an_address(path, parameters, random)
    for page in PAGES:
        yield "GET", f"{API}/{page}/".replace("//", "/"), {}
        yield "GET", f"{API}/{page}/?colour=blue".replace("v1//", "v1/"), {}
        yield "POST", f"{API}/{page}/".replace("//", "/"), {}


def requests_of_a_type(path: str, parameters: list[Any], random: Random) -> Iterator[Request]:
    """Lists, filters, forms, pages and errors of one type, and its records."""
    documents = public_documents(path.rstrip("/").rpartition("/")[2])
    names = list(documents[0])
    yield "GET", path, {}
    yield "GET", path.rstrip("/"), {}
    for form in FORMS:
        yield "GET", f"{path}?format={form}", {}
        yield "GET", f"{path}?page_size=3&page=2&format={form}&omit=summary", {}
        yield "GET", f"{path}{documents[0]['slug']}/?format={form}", {}
    for media in ("text/csv", "application/json;q=0.5, text/csv", "text/html", "image/png"):
        yield "GET", path, {"accept": media}
    for method in ("HEAD", "POST", "PUT", "DELETE"):
        yield method, path, {}
        yield method, f"{path}{documents[0]['slug']}/", {}
    chosen = random.sample(parameters, min(FILTERS_OF_A_TYPE, len(parameters)))
    for parameter in chosen:
        yield "GET", f"{path}?{urlencode(query_of(parameter, documents, random))}&page_size=5", {}
    yield from requests_about_shape(path, names, documents, random)
    for document in random.sample(documents, min(6, len(documents))):
        own = f"{path}{quote(document['slug'])}/"
        yield from (("GET", f"{own}{rest}", {}) for rest in ("", "history/", "?revision=1"))
        yield "GET", f"{own}?as_of=2026-12-01", {}
        yield "GET", own, {"if-none-match": "*"}
    for wrong in ("nobody/", "Nobody/", "a--b/", "nobody/history/", "%00/", "x" * 300 + "/"):
        yield "GET", f"{path}{wrong}", {}


def requests_about_shape(
    path: str, names: list[str], documents: list[Any], random: Random
) -> Iterator[Request]:
    """Pages, orderings, fields, facets, aggregates, and what is wrong with them."""
    for query in (
        *("page=2&page_size=7", "page=999", "page_size=501", "page_size=0", "page=x", "count=none"),
        *("count=exact", "cursor=*&page_size=5", "cursor=nonsense", "page=1&page=2", "colour=red"),
        *("q=russia", "q=", "q=%D0%A0%D0%BE%D1%81%D1%81%D0%B8%D1%8F", "topic=nothing", "facet=x"),
        *("expand=parent", "expand=x", "fields=", "ordering=nothing", "disputed=true", "raw=1"),
        *("updated_since=2020-01-01T00:00:00Z", "revision__gt=0", "revision__gt=x", "certainty=x"),
        "citations__count__gte=2",
    ):
        yield "GET", f"{path}?{query}", {}
        yield "GET", f"{path}?{query}&format=csv", {}
    for name in names:
        yield "GET", f"{path}?ordering=-{name}&page_size=4", {}
        yield "GET", f"{path}?facet={name}&page_size=1", {}
        yield "GET", f"{path}aggregate/?group_by={name}", {}
        yield "GET", f"{path}aggregate/?metric=count,sum:{name},min:{name}", {}
        yield "GET", f"{path}?expand={name}&fields=slug,{name}&page_size=4", {}
    for _ in range(12):
        some = ",".join(random.sample(names, 3))
        yield "GET", f"{path}?fields={some}&format={random.choice(FORMS)}", {}


def requests_of_an_address(path: str, parameters: list[Any], random: Random) -> Iterator[Request]:
    """An address that is no list of a type: as it is, with each parameter, and in error."""
    kind = path.removeprefix(f"{API}/").partition("/")[0]
    slugs = [document["slug"] for document in public_documents(kind)] or ["x"]
    address = path.replace("{slug}", slugs[0]).replace("{code}", "gone")
    yield "GET", address, {}
    for parameter in parameters[:60]:
        for _ in range(3):
            query = urlencode(query_of(parameter, [], random))
            yield "GET", f"{address}?{query}", {}
    yield "GET", f"{address}?colour=blue", {}


def public_documents(endpoint: str) -> list[Any]:
    """The published documents of a type; none if it is no type."""
    from apps.core.models import record_models

    if endpoint not in record_models():
        return []
    rows = record_models()[endpoint].objects.published().order_by("slug")
    return [json.loads(text) for text in rows.values_list("document", flat=True)]


def query_of(parameter: Any, documents: list[Any], random: Random) -> dict[str, str]:
    """The parameter with a value that the data or its schema suggest."""
    name, schema = parameter["name"], parameter.get("schema", {})
    schema = schema.get("items", schema)
    stored = stored_values(name.split("__")[0], documents)
    if schema.get("enum") and random.random() < 0.7:
        return {name: str(random.choice(schema["enum"]))}
    if stored and random.random() < 0.8:
        return {name: str(random.choice(stored))}
    words = ("2020", "true", "1", "russia", "nonsense", "2024-02?", "azerbaijan,turkey", "-1")
    return {name: random.choice(words)}


def stored_values(name: str, documents: list[Any]) -> list[Any]:
    """What documents say under a key: plain values, and those of lists."""
    values = [document.get(name) for document in documents]
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    plain = [v for value in flat for v in (value.values() if isinstance(value, dict) else [value])]
    return sorted({str(v) for v in plain if isinstance(v, str | int | float) and str(v)})


if __name__ == "__main__":
    main()

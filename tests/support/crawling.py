"""Every address that an anonymous reader can ask, by the URL resolver and the OpenAPI description.

Nothing is listed here by name that either of them knows, so that a new address is crawled too.
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.contrib.admindocs.views import simplify_regex
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver

from apps.formats.catalogue import WRITERS
from tests.support.hostile.cases import ApiAddress, DeclaredParameter, api_addresses
from tests.support.hostile.filter_kinds import RECORD_NAMING_FILTERS

UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
# What differs between two answers of the same.
CHANGING_HEADERS = {
    "x-request-id",
    "date",
    "expires",
    "ratelimit",
    "ratelimit-policy",
    "set-cookie",
}
CSRF_TOKEN = re.compile(rb'(X-CSRFTOKEN"\] = |csrfmiddlewaretoken" value=)"\w+"')
PAST_QUERIES = ("revision=1", "revision=999999", "as_of=2020-01-01", "as_of=9999-12-31")


class CrawlRequest(NamedTuple):
    """A request, and what the client says that it holds."""

    method: str
    url: str
    held: str = ""


class CrawlAnswer(NamedTuple):
    """All that was answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def route_paths(patterns: Iterable[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Every route of the project as a path with variables: `/api/v1/actors/<slug>/`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield re.sub("//+", "/", simplify_regex(re.sub(r"<\w+:(\w+)>", r"<\1>", path)))
        else:
            yield from route_paths(pattern.url_patterns, path)


def endpoint_of(path: str) -> str:
    """The type below which an address stands, if it does."""
    return path.removeprefix("/api/v1/").split("/")[0]


def fill_route(route: str, slugs: dict[str, list[str]]) -> list[str]:
    """A route with something in the place of each variable: each of these slugs, else a number."""
    own = slugs.get(endpoint_of(route), [])
    texts = {"slug": own, "code": ["gone", "none"]}
    variables = re.findall(r"[<{]\w+[>}]", route)
    paths = [route]
    for variable in variables:
        paths = [
            path.replace(variable, text)
            for path in paths
            for text in texts.get(variable[1:-1]) or "1"
        ]
    return paths


def standard_requests(slugs: dict[str, list[str]], words: list[str]) -> list[CrawlRequest]:
    """What is always asked: each address by each method, in each form, of each of these records."""
    described = api_addresses()
    patterns = {*route_paths(), *(address.path for address in described)}
    paths = {path for route in patterns for path in fill_route(route, slugs)}
    last = {endpoint: some[-1:] for endpoint, some in slugs.items()}
    of_last = {path for route in patterns for path in fill_route(route, last)}
    requests = [CrawlRequest("GET", path) for path in paths]
    requests += [CrawlRequest(method, path) for path in of_last for method in ("HEAD", "OPTIONS")]
    requests += [
        CrawlRequest(method, path)
        for path in of_last
        for method in UNSAFE_METHODS
        if "admin" not in path
    ]
    requests += (CrawlRequest("GET", url) for url in urls_in_formats(described, slugs))
    requests += (CrawlRequest("GET", url) for url in search_urls(described, words))
    requests += (CrawlRequest("GET", url) for url in domain_filter_urls(described, slugs))
    return sorted(set(requests))


def urls_in_formats(described: list[ApiAddress], slugs: dict[str, list[str]]) -> Iterator[str]:
    """Lists and records in every form, as they stood, and with others in them."""
    for address in described:
        forms = [f"format={form}" for form in WRITERS if "format" in address.parameters]
        past = PAST_QUERIES if {"revision", "as_of"} <= set(address.parameters) else ()
        cursors = ["cursor=*&page_size=1"] if "cursor" in address.parameters else []
        for path in fill_route(address.path, slugs):
            yield from (f"{path}?{query}" for query in [*forms, *past, *cursors])


def search_urls(described: list[ApiAddress], words: list[str]) -> Iterator[str]:
    """Searches for words, whole, begun, and misspelt; alone and of each type."""
    for address in described:
        if "q" in address.parameters:
            for word in words:
                for text in (word, word[:4], f"{word[:-2]}{word[-1]}{word[-2]}"):
                    yield f"{address.path}?{urlencode({'q': text})}"


def domain_filter_urls(described: list[ApiAddress], slugs: dict[str, list[str]]) -> Iterator[str]:
    """Lists by the domain's words for records, which reach over other tables than their own."""
    for address in described:
        for name in set(RECORD_NAMING_FILTERS) & set(address.parameters):
            yield from (
                f"{address.path}?{name}={slug}" for slug in slugs[RECORD_NAMING_FILTERS[name]]
            )


def parameter_requests(
    words: list[str], hidden: dict[str, list[str]], random: Random
) -> list[CrawlRequest]:
    """Every parameter of every address with what is there, what is hidden, what is neither."""
    requests = []
    for address in api_addresses():
        for path in fill_route(address.path, hidden):
            for asked in address.parameters.values():
                texts = [*asked.random_values(random), *private_texts(asked, words, hidden)]
                requests += [
                    CrawlRequest("GET", f"{path}?{quote(asked.name)}={quote(text)}")
                    for text in texts
                ]
    random.shuffle(requests)
    return requests


def private_texts(
    asked: DeclaredParameter, words: list[str], hidden: dict[str, list[str]]
) -> list[str]:
    """Values that only a hidden record has."""
    if asked.kind.name == "word":
        every = [slug for slugs in hidden.values() for slug in slugs]
        return [every[len(asked.name) % len(every)], f"{every[0]}x"]
    own = {
        "date": ["1777-07"],
        "number": ["7777"],
        "box": ["77,7,78,8"],
        "moment": [],
        "boolean": [],
    }
    return own.get(asked.kind.name, [words[0], words[0][:4], words[0].upper()])


def crawl(askings: Iterable[CrawlRequest]) -> dict[CrawlRequest, CrawlAnswer]:
    """What is answered to an anonymous reader of a process that remembers nothing."""
    clear_caches()
    return {
        asking: answer_to_request(Client(raise_request_exception=False), asking)
        for asking in askings
    }


def clear_caches() -> None:
    """Empty the caches of the process: what it remembers would hide what the database tells."""
    cache.clear()
    ours = [
        module for name, module in sys.modules.items() if name.startswith(("apps.", "caucasus"))
    ]
    for module in ours:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def answer_to_request(client: Client, asking: CrawlRequest) -> CrawlAnswer:
    """The whole answer to one request, but for what passes."""
    headers = {"if-none-match": asking.held} if asking.held else {}
    response: Any = client.generic(asking.method, asking.url, headers=headers)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    is_archive = body.startswith(b"PK") or "spreadsheetml" in response.get("Content-Type", "")
    passing = CHANGING_HEADERS | ({"content-length"} if is_archive else set())
    kept = sorted((k.lower(), v) for k, v in response.items() if k.lower() not in passing)
    return CrawlAnswer(
        response.status_code, tuple(kept), without_archive_times(CSRF_TOKEN.sub(b"", body))
    )


def without_archive_times(body: bytes) -> bytes:
    """A workbook without its compression and the time at which it was made."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name != "docProps/core.xml"]
        return b"\n".join(name.encode() + archive.read(name) for name in names)


def conditional_requests(answers: dict[CrawlRequest, CrawlAnswer]) -> list[CrawlRequest]:
    """The same requests of a client that holds what it was answered."""
    tags = ((asking, dict(answer.headers).get("etag", "")) for asking, answer in answers.items())
    return [asking._replace(held=tag) for asking, tag in tags if tag and asking.method == "GET"]


def answer_differences(
    before: dict[CrawlRequest, CrawlAnswer], after: dict[CrawlRequest, CrawlAnswer]
) -> list[str]:
    """Where two crawls differ, in words."""
    return [
        f"{asking.method} {asking.url}: {difference_in_words(before[asking], after[asking])}"
        for asking in before
        if before[asking] != after[asking]
    ]


def difference_in_words(before: CrawlAnswer, after: CrawlAnswer) -> str:
    """How two answers differ."""
    if before.status != after.status:
        return f"{before.status} became {after.status}"
    if before.headers != after.headers:
        return f"headers {sorted(set(before.headers) ^ set(after.headers))}"
    pairs = enumerate(zip(before.body, after.body, strict=False))
    at = next((place for place, (byte, other) in pairs if byte != other), 0)
    cut = slice(max(at - 60, 0), at + 80)
    return f"…{before.body[cut]!r} became …{after.body[cut]!r}"

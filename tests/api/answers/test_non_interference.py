"""What is not public changes no byte of any answer: not its status, not a header, not the body.

The whole anonymous surface is asked twice, of the same dataset without and with private rows. A
run asks some hundred addresses; `CRAWLED=5000` before the command asks so many.
"""

import os
from random import Random
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from apps.core.models import record_models
from apps.documents.revisions import open_revision
from tests.documents.acts import change_record, merge_records, retract_record
from tests.support.crawling import (
    answer_differences,
    conditional_requests,
    crawl,
    endpoint_of,
    parameter_requests,
    route_paths,
    standard_requests,
)
from tests.support.hostile.cases import api_addresses
from tests.support.private_rows import (
    CANARY,
    PRIVATE_ROW_MAKERS,
    hidden_slug,
    make_draft,
    make_drafts,
    publish_everything,
)
from tests.support.registry import RECORD_FACTORIES

pytestmark = pytest.mark.django_db

CRAWLED = int(os.environ.get("CRAWLED", "300"))  # addresses beside those that are always asked
SECRET = "zqsecret"  # stands in all that an account has beside its name
HIDDEN = {endpoint: [hidden_slug(endpoint)] for endpoint in RECORD_FACTORIES}
WORDS = [CANARY, f"{CANARY}actors"]


@pytest.fixture
def curator() -> Any:
    """The account behind public and private work alike."""
    return get_user_model().objects.create_user(
        "nino",
        f"{SECRET}@desk.example",
        SECRET,
        first_name=SECRET,
        is_staff=True,
        is_superuser=True,
    )


@pytest.fixture
def public(curator) -> dict[str, list[Any]]:
    """Records of every type, some changed, one retracted, one merged into another."""
    records = publish_everything()
    with open_revision(user=curator, reason="Said publicly", origin="admin") as opened:
        for endpoint, (_, other) in records.items():
            other.summary = "Changed beside a draft"
            other.save()
            opened.touch(other)
            opened.touch(make_draft(f"{hidden_slug(endpoint)}-beside", endpoint, records))
    for endpoint, make in RECORD_FACTORIES.items():
        change_record(records[endpoint][0], user=curator, summary="Public", reason="Said publicly")
        retract_record(make(slug=f"retracted-{endpoint}"))
        merge_records(make(slug=f"merged-{endpoint}"), records[endpoint][0])
    return records


@pytest.fixture
def slugs(public) -> dict[str, list[str]]:
    """What is asked of each type: a public record, what is left of two, and what is hidden."""
    return {
        endpoint: [
            records[0].slug,
            f"retracted-{endpoint}",
            f"merged-{endpoint}",
            hidden_slug(endpoint),
        ]
        for endpoint, records in public.items()
    }


def test_private_rows_change_no_byte_that_readers_get(public, slugs, curator):
    askings = standard_requests(slugs, WORDS)
    askings += parameter_requests(WORDS, HIDDEN, Random(1))[:CRAWLED]
    before = crawl(askings)
    before |= crawl(conditional_requests(before))
    assert len(before) > 500 + CRAWLED
    for add_private_rows in PRIVATE_ROW_MAKERS:
        add_private_rows(public, curator)
    after = crawl(before)
    assert answer_differences(before, after)[:5] == []
    told = [
        request
        for request, answer in after.items()
        if CANARY not in request.url.lower() and has_private_word(answer)
    ]
    assert told == []


def has_private_word(answer: Any) -> bool:
    """Whether an answer holds a private word."""
    return CANARY.encode() in (repr(answer.headers).encode() + answer.body).lower()


def test_what_is_hidden_is_answered_like_what_is_not_there(public, slugs, curator):
    make_drafts(public, curator)
    hidden = [request for request in standard_requests(slugs, WORDS) if CANARY in request.url]
    absent = [request._replace(url=request.url.replace(CANARY, "zqabsent")) for request in hidden]
    assert len(hidden) > 100
    answers, others = crawl(hidden), crawl(absent)
    for request, other in zip(hidden, absent, strict=True):
        assert comparable_answer(answers[request], CANARY) == comparable_answer(
            others[other], "zqabsent"
        ), request


def comparable_answer(answer: Any, word: str) -> Any:
    """An answer without what follows from the address itself."""
    headers = {name: text.replace(word, "…") for name, text in answer.headers}
    own = {"etag", "content-length"}
    kept = {name: text for name, text in headers.items() if name not in own}
    return answer.status, kept, answer.body.replace(word.encode(), "…".encode())


def test_of_an_account_readers_see_the_name_alone(public, slugs, curator):
    answers = crawl(request for request in standard_requests(slugs, []) if request.method == "GET")
    told = [
        request.url for request, answer in answers.items() if SECRET.encode() in answer.body.lower()
    ]
    assert told == []
    named = {request.url for request, answer in answers.items() if b'"nino"' in answer.body}
    assert named
    assert {url.rstrip("/").rpartition("/")[2] for url in named} == {"history"}


def test_of_what_curators_say_readers_hear_what_was_said_of_public_work(public, curator, api):
    for add_private_rows in PRIVATE_ROW_MAKERS:
        add_private_rows(public, curator)
    for endpoint, (record, _) in public.items():
        entries = api.get(f"/api/v1/{endpoint}/{record.slug}/history/").json()["results"]
        assert [entry["reason"] for entry in entries][:2] == ["Said publicly", "Furnished"]
        content = api.get(f"/api/v1/{endpoint}/retracted-{endpoint}/history/").content
        assert b'"reason":"Wrong"' in content
        assert CANARY.encode() not in content


def test_every_address_of_the_project_is_crawled(slugs):
    asked = {
        request.url.partition("?")[0].strip("/") for request in standard_requests(slugs, WORDS)
    }
    wanted = {*route_paths(), *(address.path for address in api_addresses())}
    for route in wanted:
        pattern = route.strip("/").split("/")
        assert any(is_path_of_route(pattern, path.split("/")) for path in asked), route
    assert {endpoint_of(f"/{path}") for path in asked} >= set(record_models())


def is_path_of_route(pattern: list[str], path: list[str]) -> bool:
    """Whether a path is one of a route."""
    return len(pattern) == len(path) and all(
        step[:1] in "<{" or step == other for step, other in zip(pattern, path, strict=True)
    )

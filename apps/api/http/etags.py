"""Conditional GET: tags that change with what is answered, and with nothing else.

A record's own revision tags its document; the dataset's revision tags everything that several
records make up. The revision is read before the data, so a tag is never newer than its body.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Protocol, TypeVar

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from apps.ledger.models import Dataset

Answer = Callable[..., HttpResponseBase]
# Gives the revision of which the query asks, and what answers it then.
DatedAnswer = Callable[[Request, int, Answer], tuple[int, Answer]]
# What whoever compresses an answer puts at the end of its tag, we and servers in front of us.
ENCODING_SUFFIX = "[-;](?:gzip|br|zstd|deflate)"


class DatasetView(Protocol):
    """A view whose answers follow from the query and the dataset; `conditional_get` tells it."""

    revision: int


def record_etag(revision: int) -> str:
    """The tag of one stored document."""
    return f'"{revision}-{settings.BUILD}"'


def dataset_etag(revision: int, request: Request, media_type: str) -> str:
    """The tag of an answer made of several records: the same query at the same revision."""
    query = sorted(request.query_params.lists())
    asked = repr((request.path.rstrip("/"), query, media_type, has_credentials(request)))
    return f'W/"{revision}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}-{settings.BUILD}"'


def body_etag(body: bytes) -> str:
    """The tag of an answer that follows from no revision."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


def has_credentials(request: Request) -> bool:
    """Whether an account asks; the answer is then for nobody else."""
    return request.user is not None


def bare_tag(tag: str) -> str:
    """A tag without what compression adds: it is made weak, or says the encoding at its end."""
    return re.sub(f'{ENCODING_SUFFIX}"$', '"', tag.removeprefix("W/"))


def is_known_to_client(request: Request, tag: str) -> bool:
    """Whether the client holds what `tag` names (compared weakly, as If-None-Match asks)."""
    held = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return "*" in held or any(bare_tag(known) == bare_tag(tag) for known in held)


def is_named_by_client(request: Request, tag: str) -> bool:
    """Whether the client names this very tag: its query was answered, so nothing is wrong with it.

    `*` is not enough: whoever sends it has not shown that the query is a right one.
    """
    held = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return any(bare_tag(known) == bare_tag(tag) for known in held)


TaggedResponse = TypeVar("TaggedResponse", bound=HttpResponseBase)


def with_etag(response: TaggedResponse, request: Request, tag: str | None) -> TaggedResponse:
    """`response` with its tag and with what caches need to know."""
    if tag is not None:
        response["ETag"] = tag
    if has_credentials(request):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def not_modified_response(request: Request, tag: str) -> Response:
    """304: what the client holds is what it would get."""
    return with_etag(Response(status=304), request, tag)


def unless_held(response: HttpResponseBase, request: Request, tag: str) -> HttpResponseBase:
    """`response` with its tag, or 304 if the client holds it."""
    return (
        not_modified_response(request, tag)
        if is_known_to_client(request, tag)
        else with_etag(response, request, tag)
    )


def conditional_get(answer: Answer, dated: DatedAnswer | None = None) -> Answer:
    """A view's method whose answer follows from the query and the revision of the dataset.

    What the client holds is not made again. Otherwise the method runs even if it sent `*`, so
    that a wrong query is refused, and a record that is not there is not found. The view is told
    the `revision`. Of a query that names a time, `dated` says which revision it is of.
    """

    @wraps(answer)
    def answer_or_304(
        view: DatasetView, request: Request, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        view.revision, make_answer = Dataset.current_revision(), answer  # before the data
        params = request.query_params
        if dated is not None and ("revision" in params or "as_of" in params):
            view.revision, make_answer = dated(request, view.revision, answer)
        tag = dataset_etag(view.revision, request, request.accepted_media_type)
        if is_named_by_client(request, tag):
            return not_modified_response(request, tag)
        response = make_answer(view, request, *args, **kwargs)
        return unless_held(response, request, tag) if response.status_code == 200 else response

    return answer_or_304

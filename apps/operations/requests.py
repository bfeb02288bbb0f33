"""Each request gets an id, a line in the log, and is counted.

The id stands in the answer (`X-Request-ID`), in every line of the log and in the history of what
was written. Of a query only the parameters' names are logged: what readers look for is theirs.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import LazyObject

from apps.api.http.throttling import client_address
from apps.ledger.request_ids import LONGEST, current_request_id
from apps.operations.metrics import count_answer

HEADER = "X-Request-ID"
FROM_PROXY = re.compile(rf"[\w.-]{{1,{LONGEST}}}", re.ASCII)
LONGEST_PATH = 300
MOST_PARAMETERS = 60
logger = logging.getLogger(__name__)


class RequestMiddleware:
    """The outermost: what it sees is what the client asked, and what it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        begun = perf_counter()
        request_id = choose_id(request)
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
            response[HEADER] = request_id
            if response.streaming:
                body = response.streaming_content
                response.streaming_content = LoggedBody(body, request, response, begun)
            else:
                note_answer(request, response, len(response.content), begun)
            return response
        finally:
            current_request_id.reset(token)


class LoggedBody:
    """A streamed body, which is logged when it has ended, also where the client went away."""

    def __init__(
        self, parts: Iterator[bytes], request: HttpRequest, response: Any, begun: float
    ) -> None:
        self.parts = parts
        self.answer = (request, response, begun)
        self.sent = 0
        self.is_noted = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self.parts:
                self.sent += len(part)
                yield part
        finally:
            self.close()

    def close(self) -> None:
        """Called by the server in any case."""
        if self.is_noted:
            return
        self.is_noted = True
        request, response, begun = self.answer
        token = current_request_id.set(response[HEADER])
        note_answer(request, response, self.sent, begun)
        current_request_id.reset(token)


def choose_id(request: HttpRequest) -> str:
    """A new id, or that of a proxy which the operator trusts."""
    given = request.headers.get(HEADER, "")
    trusts_proxy = bool(settings.REST_FRAMEWORK.get("NUM_PROXIES"))
    return given if trusts_proxy and FROM_PROXY.fullmatch(given) else uuid.uuid4().hex


def note_answer(request: HttpRequest, response: Any, size: int, begun: float) -> None:
    """Log and count one answer; `begun` is in seconds of perf_counter, `size` in bytes."""
    seconds = perf_counter() - begun
    route = route_of_request(request)
    count_answer(request.method or "", route, response.status_code, seconds)
    if not logger.isEnabledFor(logging.INFO):
        return
    fields = {
        "method": request.method,
        "path": request.path[:LONGEST_PATH],
        "parameters": sorted(request.GET)[:MOST_PARAMETERS],
        "route": route,
        "status": response.status_code,
        "bytes": size,
        "milliseconds": round(seconds * 1000, 1),
        "client": client_address(request),
        "account": account_of_request(request),
    }
    logger.info("request", extra={"fields": fields})


def route_of_request(request: HttpRequest) -> str:
    """The pattern of the address; empty where none fits or none was looked for."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def account_of_request(request: HttpRequest) -> int | None:
    """The key of the account, where the answer has asked for it; nothing is asked here."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)

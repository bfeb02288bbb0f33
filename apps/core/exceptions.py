"""Errors as RFC 9457 problems: every 4xx and 5xx of the API has this one form."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.spelling import did_you_mean, nearest

CONTENT_TYPE = "application/problem+json"
SHOWN = 100  # allowed values that a problem lists at most


class Problem(NamedTuple):
    """A kind of problem: its code is the last part of its `type` URL."""

    status: int
    title: str
    meaning: str


PROBLEMS = {
    "invalid-parameters": Problem(
        400,
        "Invalid query parameters",
        "One or more query parameters are unknown, repeated, blank or have a value that is not"
        " allowed. Nothing was answered from the data, so that a misspelt filter never returns"
        " everything. `errors` names each parameter, what is allowed, and what was perhaps meant.",
    ),
    "malformed-request": Problem(
        400,
        "Malformed request",
        "The request could not be read: its address or body has characters, a length or a form"
        " that no request of this API needs.",
    ),
    "not-authenticated": Problem(401, "Not authenticated", "The credentials given are not valid."),
    "not-permitted": Problem(403, "Not permitted", "This is not open to you."),
    "not-found": Problem(404, "Not found", "There is no published record or page at this address."),
    "method-not-allowed": Problem(
        405, "Method not allowed", "This address does not answer to this HTTP method."
    ),
    "not-acceptable": Problem(
        406, "Not acceptable", "The answer cannot be given in any form that was asked for."
    ),
    "gone": Problem(
        410, "Gone", "A record stood here and was retracted; its history says when and why."
    ),
    "length-required": Problem(
        411, "Length required", "A request with a body says its length in Content-Length."
    ),
    "too-large": Problem(413, "Too large", "The body is larger than this address takes."),
    "uri-too-long": Problem(414, "Address too long", "The address is longer than 8 kilobytes."),
    "unsupported-media-type": Problem(
        415, "Unsupported media type", "Bodies are JSON: Content-Type application/json."
    ),
    "throttled": Problem(
        429, "Too many requests", "Slow down: Retry-After says for how many seconds."
    ),
    "internal-error": Problem(
        500, "Internal error", "A fault of ours, which was logged. Nothing was changed."
    ),
}
BY_STATUS = {problem.status: code for code, problem in reversed(PROBLEMS.items())}


@dataclass(frozen=True)
class ParameterError:
    """What is wrong with one query parameter."""

    parameter: str
    detail: str
    code: str = "invalid"
    allowed: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)


def not_known(parameter: str, word: str, known: Iterable[str], detail: str) -> ParameterError:
    """The error of a word that is none of `known`, with the one that was perhaps meant."""
    allowed = list(known)
    hint = f"{detail}{did_you_mean(word, allowed)}"
    return ParameterError(parameter[:100], hint, "unknown", allowed[:SHOWN], nearest(word, allowed))


class InvalidParameters(exceptions.APIException):
    """A query was refused; carries every fault at once."""

    status_code = 400

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(f"{e.parameter}: {e.detail}" for e in self.errors))


def problem(request: HttpRequest, code: str, detail: str = "", **more: Any) -> dict[str, Any]:
    """The body of a problem: a mapping ready for JSON."""
    status, title, meaning = PROBLEMS[code]
    return {
        "type": _address(request, f"/problems/{code}/"),
        "title": title,
        "status": status,
        "detail": detail or meaning,
        "instance": request.path,
        **more,
    }


def _address(request: HttpRequest, path: str) -> str:
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return path  # the request names a host that is not ours


def problem_page(request: HttpRequest, code: str, detail: str = "") -> HttpResponse:
    """A problem as an answer outside the REST framework, for middleware and error handlers."""
    body = problem(request, code, detail)
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=CONTENT_TYPE)


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's exception handler: everything it knows becomes a problem."""
    request = context["request"]
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    more: dict[str, Any] = {}
    code = BY_STATUS.get(exc.status_code, "malformed-request")
    detail = "" if exc.status_code == 404 else str(exc.detail)
    if isinstance(exc, InvalidParameters):
        code = "invalid-parameters"
        more["errors"] = [
            {key: value for key, value in asdict(error).items() if value} for error in exc.errors
        ]
    elif exc.status_code == 400:
        code = "malformed-request"
    headers = {}
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if authenticate := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    body = problem(request, code, detail, **more)
    return Response(body, status=exc.status_code, headers=headers, content_type=CONTENT_TYPE)

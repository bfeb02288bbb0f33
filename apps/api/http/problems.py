"""Errors as RFC 9457 problems: every 4xx and 5xx of the API has this one form."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.api.http.renderers import DocumentJSONRenderer
from apps.core.spelling import bare_letters, nearest_words, suggest_words

CONTENT_TYPE = "application/problem+json"
MAX_ALLOWED_SHOWN = 100  # allowed values that a problem lists at most
MAX_HINTED_WORDS = 10  # unknown words of a kind for which it is looked up what was meant
# What other APIs call our parameters, by their name without signs and capitals.
HABITS = {
    other: ours
    for ours, others in {
        "q": "search query keyword keywords term text fulltext",
        "page_size": "limit perpage pagesize size rows top maxresults",
        "page": "offset start skip pagenumber pageno",
        "ordering": "sort sortby order orderby sorting",
        "language": "lang",
        "fields": "select columns include only attributes",
        "omit": "exclude",
        "expand": "embed populate",
        "format": "output outputformat fmt accept",
        "country": "countrycode iso iso2 alpha2",
        "iso_code": "iso3 alpha3",
        "kind": "type",
        "updated_since": "since modifiedsince updatedafter changedsince",
        "revision__gt": "after sinceid",
        "as_of": "date version",
        "group_by": "groupby",
    }.items()
    for other in others.split()
}


class ProblemKind(NamedTuple):
    """A kind of problem: its code is the last part of its `type` URL."""

    status: int
    title: str
    meaning: str


PROBLEMS = {
    "invalid-parameters": ProblemKind(
        400,
        "Invalid query parameters",
        "One or more query parameters are unknown, repeated, blank or have a value that is not"
        " allowed. Nothing was answered from the data, so that a misspelt filter never returns"
        " everything. `errors` names each parameter, what is allowed, and what was perhaps meant.",
    ),
    "invalid-document": ProblemKind(
        400,
        "Invalid document",
        "What was sent cannot be stored as it is, and nothing of it was. `errors` names every fault"
        " by its place in the body (`pointer`, a JSON Pointer of RFC 6901, counted from 0) or by"
        " the parameter of the query.",
    ),
    "malformed-request": ProblemKind(
        400,
        "Malformed request",
        "The request could not be read: its address or body has characters, a length or a form"
        " that no request of this API needs.",
    ),
    "not-authenticated": ProblemKind(
        401, "Not authenticated", "The credentials given are not valid."
    ),
    "not-permitted": ProblemKind(403, "Not permitted", "This is not open to you."),
    "not-found": ProblemKind(
        404, "Not found", "There is no published record or page at this address."
    ),
    "method-not-allowed": ProblemKind(
        405, "Method not allowed", "This address does not answer to this HTTP method."
    ),
    "not-acceptable": ProblemKind(
        406, "Not acceptable", "The answer cannot be given in any form that was asked for."
    ),
    "conflict": ProblemKind(
        409,
        "Conflict",
        "Somebody wrote the same at the same time, or the request that came first with this"
        " Idempotency-Key still runs. Nothing was changed: send the request again.",
    ),
    "gone": ProblemKind(
        410, "Gone", "A record stood here and was retracted; its history says when and why."
    ),
    "length-required": ProblemKind(
        411, "Length required", "A request with a body says its length in Content-Length."
    ),
    "precondition-failed": ProblemKind(
        412,
        "Precondition failed",
        "The record is no longer as it was when it was read. Nothing was changed: `changes` names"
        " the fields that differ, from what If-Match names to what stands now.",
    ),
    "too-large": ProblemKind(413, "Too large", "The body is larger than this address takes."),
    "uri-too-long": ProblemKind(414, "Address too long", "The address is longer than 8 kilobytes."),
    "unsupported-media-type": ProblemKind(
        415, "Unsupported media type", "Bodies are JSON: Content-Type application/json."
    ),
    "key-reused": ProblemKind(
        422,
        "Key used for another request",
        "This Idempotency-Key was sent with another method, address or body. A key is for one"
        " request, however often that is sent.",
    ),
    "precondition-required": ProblemKind(
        428,
        "Precondition required",
        "A change names the state that it changes: send in If-Match the ETag with which GET"
        " answered the whole record, so that nobody's work is lost.",
    ),
    "throttled": ProblemKind(
        429, "Too many requests", "Slow down: Retry-After says for how many seconds."
    ),
    "internal-error": ProblemKind(
        500, "Internal error", "A fault of ours, which was logged. Nothing was changed."
    ),
    "busy": ProblemKind(
        503, "Busy", "The database could not take this now; nothing was changed. Send it again."
    ),
}
PROBLEM_CODE_BY_STATUS = {problem.status: code for code, problem in reversed(PROBLEMS.items())}


@dataclass(frozen=True)
class ParameterError:
    """What is wrong with one query parameter."""

    parameter: str
    detail: str
    code: str = "invalid"
    allowed: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentError:
    """What is wrong at one place of a body; `pointer` is a JSON Pointer (RFC 6901)."""

    pointer: str
    detail: str
    code: str = "invalid"
    allowed: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)


def unknown_word_error(
    parameter: str, word: str, known: Iterable[str], detail: str
) -> ParameterError:
    """The error of a word that is none of `known`, with the one that was perhaps meant."""
    allowed = list(known)
    meant = nearest_words(word, allowed)
    hint = f"{detail}{suggest_words(meant)}"
    return ParameterError(parameter[:100], hint, "unknown", allowed[:MAX_ALLOWED_SHOWN], meant)


def unknown_word_errors(
    parameter: str, words: Iterable[str], known: Iterable[str], detail: str
) -> Iterator[ParameterError]:
    """The errors of those of `words` that are none of `known`: the first ten, and how many more.

    `detail` has a place, {}, for the word.
    """
    allowed = list(known)
    unknown = [word for word in dict.fromkeys(words) if word not in allowed]
    for word in unknown[:MAX_HINTED_WORDS]:
        yield unknown_word_error(parameter, word, allowed, detail.format(word[:80]))
    if more := len(unknown[MAX_HINTED_WORDS:]):
        yield ParameterError(parameter, f"{more:,} more of its words are unknown.", "unknown")


def unknown_parameter_errors(
    names: Iterable[str], known: Iterable[str]
) -> Iterator[ParameterError]:
    """Parameters that nothing understands; of the first ten also what was perhaps meant."""
    allowed = list(known)
    for place, name in enumerate(names):
        usual = HABITS.get(bare_letters(name[:100]))
        if place >= MAX_HINTED_WORDS:
            yield ParameterError(name[:100], "Unknown parameter.", "unknown")
        elif usual in allowed:
            meant = [str(usual)]
            detail = f"Unknown parameter.{suggest_words(meant)}"
            yield ParameterError(name, detail, "unknown", allowed[:MAX_ALLOWED_SHOWN], meant)
        else:
            yield unknown_word_error(name, name, allowed, "Unknown parameter.")


class InvalidParameters(exceptions.APIException):
    """A query was refused; carries every fault at once."""

    status_code = 400
    problem = "invalid-parameters"

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(f"{e.parameter}: {e.detail}" for e in self.errors))


class UnknownRecord(exceptions.NotFound):
    """There is no such record; the errors say so of the address, and which was perhaps meant."""

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(error.detail for error in self.errors))


class InvalidDocument(exceptions.APIException):
    """A body was refused; carries every fault at once."""

    status_code = 400
    problem = "invalid-document"

    def __init__(self, errors: Iterable[DocumentError | ParameterError]) -> None:
        self.errors = list(errors)
        faults = "fault" if len(self.errors) == 1 else "faults"
        super().__init__(f"Nothing was stored: {len(self.errors):,} {faults}.")


def problem_body(
    request: HttpRequest, code: str, detail: str = "", **more: object
) -> dict[str, Any]:
    """The body of a problem: a mapping ready for JSON."""
    status, title, meaning = PROBLEMS[code]
    return {
        "type": _absolute_url(request, f"/problems/{code}/"),
        "title": title,
        "status": status,
        "detail": detail or meaning,
        "instance": request.path,
        **more,
    }


def error_as_json(error: ParameterError | DocumentError) -> dict[str, Any]:
    """An error in a problem's list, without what it does not say; "" points at a whole body."""
    return {k: v for k, v in asdict(error).items() if v or k == "pointer"}


def _absolute_url(request: HttpRequest, path: str) -> str:
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return path  # the request names a host that is not ours


def problem_http_response(request: HttpRequest, code: str, detail: str = "") -> HttpResponse:
    """A problem as an answer outside the REST framework, for middleware and error handlers."""
    body = problem_body(request, code, detail)
    return HttpResponse(orjson.dumps(body), status=body["status"], content_type=CONTENT_TYPE)


def handle_api_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's exception handler: everything it knows becomes a problem."""
    request = context["request"]
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(str(exc) or None)
    if not isinstance(exc, exceptions.APIException):
        return None
    usual = "malformed-request" if exc.status_code == 400 else ""
    usual = usual or PROBLEM_CODE_BY_STATUS.get(exc.status_code, "malformed-request")
    code = getattr(exc, "problem", usual)
    detail = "" if type(exc) is exceptions.NotFound else str(exc.detail)
    more: dict[str, Any] = getattr(exc, "more", {})
    if errors := getattr(exc, "errors", ()):
        more = {**more, "errors": [error_as_json(error) for error in errors]}
    headers = {}
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if authenticate := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    body = problem_body(request, code, detail, **more)
    # Whatever form was asked for, a problem is JSON.
    request.accepted_renderer, request.accepted_media_type = DocumentJSONRenderer(), CONTENT_TYPE
    return Response(body, status=exc.status_code, headers=headers, content_type=CONTENT_TYPE)

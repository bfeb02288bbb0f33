"""The door of the project: what no request needs is refused here, before any parser sees it, and
every answer is told what a browser may do with it: next to nothing, by default. Answers of the API
are everybody's: what caches and other sites' pages need to know of them is said here, too.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.api.http.compression import compress_response
from apps.api.http.problems import problem_http_response
from apps.api.http.ranges import answer_range

MAX_URL = 8_192
MAX_PARAMETERS = 60
BESIDE_A_FILE = 1024 * 1024  # bytes of a form that uploads one
CONTROL = re.compile("[\x00-\x1f\x7f]")
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
OURS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; font-src 'self';"
    " style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
)
# By the beginning of the path. Swagger UI starts by a script in its page; the desk's look works
# with Alpine, which evaluates expressions out of attributes.
POLICIES = {
    "/api/v1/docs": f"{OURS}; form-action 'none'; script-src 'self' 'unsafe-inline'",
    "/admin/": f"{OURS}; form-action 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'",
}
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
API = "/api/"  # the addresses of the API begin so
VARY = "Accept, Authorization, Accept-Encoding"  # what an answer to an anonymous reader depends on
# Any page may read the API in its visitor's browser, and never as its visitor.
OPEN_TO_PAGES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Left-Out, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "accept, if-none-match",
    "Access-Control-Max-Age": "86400",
    "Content-Length": "0",
}
WITHOUT_BODY = (204, 304)
Handler = Callable[[HttpRequest], Any]


def outside_api(middleware: Callable[[Handler], Handler]) -> Callable[[Handler], Handler]:
    """A middleware that requests to the API pass by."""

    def make_handler(get_response: Handler) -> Handler:
        handle = middleware(get_response)
        return lambda request: (get_response if request.path_info.startswith(API) else handle)(
            request
        )

    return make_handler


class StrictRequestMiddleware:
    """Refuses control characters and broken UTF-8 in addresses, endless ones, endless bodies.

    A body that says that it is too large is not read at all, not even into a file.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.problem_with_request(request) or self.get_response(request)

    def problem_with_request(self, request: HttpRequest) -> HttpResponse | None:
        """The problem with the request, if it has one."""
        query = request.META.get("QUERY_STRING", "")
        if len(request.path) + len(query) > MAX_URL:
            return problem_http_response(request, "uri-too-long")
        if request.META.get("HTTP_TRANSFER_ENCODING") and "CONTENT_LENGTH" not in request.META:
            return problem_http_response(request, "length-required")
        if is_too_large(request.META.get("CONTENT_LENGTH") or "0", request.content_type or ""):
            return problem_http_response(request, "too-large")
        if query.count("&") >= MAX_PARAMETERS:
            return problem_http_response(
                request, "malformed-request", f"More than {MAX_PARAMETERS} query parameters."
            )
        try:
            text = unquote_to_bytes(query).decode() + request.path
        except UnicodeDecodeError:
            return problem_http_response(request, "malformed-request", "The query is not UTF-8.")
        if control := CONTROL.search(text):
            code = f"U+{ord(control.group()):04X}"
            return problem_http_response(
                request, "malformed-request", f"The control character {code} stands in the address."
            )
        return None


def is_too_large(length: str, content_type: str) -> bool:
    """Whether a Content-Length is more than any address takes of such content."""
    is_form = content_type == "application/x-www-form-urlencoded"
    most = settings.FORM_MAX_BYTES if is_form else settings.IMPORT_MAX_BYTES + BESIDE_A_FILE
    return length.isdecimal() and (len(length) > 15 or int(length) > most)


class SecurityHeadersMiddleware:
    """A content security policy by address, and what Django's own middleware does not set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policies = (policy for start, policy in POLICIES.items() if request.path.startswith(start))
        response.headers.setdefault("Content-Security-Policy", next(policies, NOTHING))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class OpenAnswersMiddleware:
    """Answers of the API: compressed as asked for, open to any page, fit for shared caches.

    What is finite says its length, also to HEAD, and is answered in parts; of a long stream no more
    than a beginning is made for HEAD. An answer depends on a cookie only where the view read one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(headers={**PREFLIGHT, **OPEN_TO_PAGES})
        response = self.get_response(request)
        by_cookie = ", Cookie" if "cookie" in response.get("Vary", "").lower() else ""
        for name, value in {**OPEN_TO_PAGES, "Vary": VARY + by_cookie}.items():
            response[name] = value
        fit_body(request, response)
        return response


def fit_body(request: HttpRequest, response: Any) -> None:
    """The body as it was asked for: compressed, a part of it, or none; with its length if known."""
    if not response.streaming:
        response["Content-Length"] = len(response.content)
    if "Accept-Encoding" in request.headers:
        compress_response(request, response)
    if response.status_code == 200 and "Content-Length" in response:
        response["Accept-Ranges"] = "bytes"
    if "Range" in request.headers:
        answer_range(request, response)
    if response.streaming and request.method == "HEAD":
        response.streaming_content = ()
    elif response.status_code in WITHOUT_BODY:
        response.headers.pop("Content-Length", None)  # the middle of the house says 0

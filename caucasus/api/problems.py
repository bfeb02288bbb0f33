"""Errors that arise outside the API's views, and the page behind each problem's `type`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from apps.api.http.problems import PROBLEMS, problem_http_response

PAGE_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<main>
<h1>{title}</h1>
<p>HTTP status {status}</p>
<p>{meaning}</p>
</main>
</html>
"""


@require_safe
def explain_problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a kind of problem means, for people."""
    if code not in PROBLEMS:
        raise Http404
    return HttpResponse(format_html(PAGE_TEMPLATE, **PROBLEMS[code]._asdict()))


def malformed_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "malformed-request")


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "not-permitted")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "not-found")


def internal_error(request: HttpRequest) -> HttpResponse:
    return problem_http_response(request, "internal-error")

"""Errors that arise outside the API's views, and the page behind each problem's `type`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.api.http.problems import PROBLEMS, problem_http_response
from caucasus.api.codebook_page import PAGE_POLICY


@require_safe
def explain_problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a kind of problem means, for people."""
    if code not in PROBLEMS:
        raise Http404
    others = [(name, kind) for name, kind in PROBLEMS.items() if name != code]
    response = render(request, "caucasus/problem.html", {"kind": PROBLEMS[code], "others": others})
    response["Content-Security-Policy"] = PAGE_POLICY
    return response


def malformed_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "malformed-request")


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "not-permitted")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_http_response(request, "not-found")


def internal_error(request: HttpRequest) -> HttpResponse:
    return problem_http_response(request, "internal-error")

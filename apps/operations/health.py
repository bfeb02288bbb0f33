"""`/livez`: the process answers. `/readyz`: it can also answer requests, so send it some.

They are for supervisors and load balancers, which ask by number and without TLS: so they are
answered before any host is checked, nobody is redirected, and nothing is logged or counted.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.ledger.models import Dataset
from apps.operations.verifying import missing_migrations

RETRY_AFTER = 5  # seconds
UNCACHED = {"Cache-Control": "no-store"}


class HealthMiddleware:
    """Answers the two addresses, and passes on all others."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        answer = ADDRESSES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        return answer()


def is_alive() -> HttpResponse:
    """200: the process answers; the database is not asked."""
    return JsonResponse({"status": "alive"}, headers=UNCACHED)


def is_ready() -> HttpResponse:
    """200 with the dataset's number, or 503 with what is missing."""
    try:
        require_migrations()
        revision = Dataset.current_revision()
    except NotMigratedError:
        return refuse_for_now("Migrations are missing: run `upgrade`.")
    except (DatabaseError, OSError):
        connection.close()
        return refuse_for_now("The database does not answer.")
    return JsonResponse({"status": "ready", "revision": revision}, headers=UNCACHED)


def refuse_for_now(detail: str) -> HttpResponse:
    """503: whoever distributes requests sends them elsewhere."""
    headers = {**UNCACHED, "Retry-After": str(RETRY_AFTER)}
    return JsonResponse({"status": "not ready", "detail": detail}, status=503, headers=headers)


class NotMigratedError(Exception):
    """The tables are not those of the code."""


@cache  # of success alone: nobody takes migrations back under a server
def require_migrations() -> None:
    """Refuse a database whose tables are not those of the code."""
    if missing_migrations():
        raise NotMigratedError


ADDRESSES: dict[str, Callable[[], HttpResponse]] = {"/livez": is_alive, "/readyz": is_ready}

"""How many requests an account or an address may make, and how every answer says so.

Requests are counted in Django's cache, in windows of fixed length. The cache of a single process
(the default) gives each worker a count of its own; a shared one makes the limit exact. A cache
that fails lifts the limit: it never causes an error.
"""

import logging
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from time import time
from typing import NamedTuple, cast

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.api.http.problems import problem_http_response
from apps.core.permissions import Account

COUNTED_PATH = "/api/"  # addresses below this are counted
logger = logging.getLogger(__name__)


class QuotaUsage(NamedTuple):
    """What one account or address has used of its quota in the present window."""

    key: str
    used: int
    quota: int
    seconds: int  # length of the window
    left: int  # seconds until it ends

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.quota

    def headers(self) -> dict[str, str]:
        """In the form of the IETF's draft."""
        left = f'"default";r={max(self.quota - self.used, 0)};t={self.left}'
        return {"RateLimit": left, "RateLimit-Policy": f'"default";q={self.quota};w={self.seconds}'}


def client_address(request: HttpRequest | Request) -> str | None:
    """The address that a request came from; forwarded headers only count behind known proxies."""
    try:
        address = ip_address(BaseThrottle().get_ident(cast(Request, request)) or "")
    except ValueError:
        return None
    # A socket for both versions writes IPv4 addresses as ::ffff:192.0.2.1.
    return str(getattr(address, "ipv4_mapped", None) or address)


def count_request(request: HttpRequest | Request, user: Account | None = None) -> QuotaUsage | None:
    """Count one more request, of the account or else of the address; None without a limit."""
    rate = settings.RATE_LIMIT_TOKEN if user else settings.RATE_LIMIT_ANONYMOUS
    if rate is None:
        return None
    quota, seconds = rate
    window, into = divmod(int(time()), seconds)
    key = f"rate:{f'account-{user.pk}' if user else client_network(request)}:{window}"
    try:
        cache.add(key, 0, timeout=seconds + 1)
        used = cache.incr(key)
    except Exception:
        logger.exception("The cache fails: requests are not limited.")
        return None
    return QuotaUsage(key, used, quota, seconds, seconds - into)


def client_network(request: HttpRequest) -> str:
    """The address; of IPv6 the network, because every client has as many addresses as it likes."""
    address = client_address(request)
    if address is None:
        return "unknown"
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return address


def give_back_request(count: QuotaUsage) -> QuotaUsage:
    """Without the last request, which cost nothing."""
    try:
        return count._replace(used=cache.decr(count.key))
    except Exception:
        logger.exception("The cache fails: a free request was counted.")
        return count


class RateThrottle(BaseThrottle):
    """The limit of the account behind a request, else of the address."""

    count: QuotaUsage | None = None

    def allow_request(self, request: Request, view: object) -> bool:
        self.count = count_request(request, request.user)
        request._request.rate_limit = self.count  # type: ignore[attr-defined]
        return self.count is None or not self.count.is_exceeded

    def wait(self) -> float | None:
        return self.count and self.count.left


class RateLimitMiddleware:
    """Says in every answer of the API what is left, and gives 304s back.

    What no throttle has seen (bad tokens, unknown addresses) is counted here, by its address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.RATE_LIMIT_ANONYMOUS is None and settings.RATE_LIMIT_TOKEN is None:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(COUNTED_PATH):
            return response
        if hasattr(request, "rate_limit"):
            count = request.rate_limit
        else:
            count = count_request(request)
            if count and count.is_exceeded:
                response = problem_http_response(request, "throttled")
                response["Retry-After"] = str(count.left)
        if count and response.status_code == 304:
            count = give_back_request(count)
        for name, value in (count.headers() if count else {}).items():
            response[name] = value
        return response

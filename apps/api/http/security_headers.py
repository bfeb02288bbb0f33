"""Headers that tell a browser what an answer of ours may do: next to nothing, by default."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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


class SecurityHeadersMiddleware:
    """A content security policy by address, and what Django's own middleware does not set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found = (policy for start, policy in POLICIES.items() if request.path.startswith(start))
        response.headers.setdefault("Content-Security-Policy", next(found, NOTHING))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

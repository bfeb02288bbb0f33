"""Who sends a request to the API: `Authorization: Bearer <token>`, or a session of the desk.

Public reads look at no cookie, so that none keeps an answer out of a shared cache.

What the request may do is asked by `apps.core.permissions.may`. Credentials that are not valid
are refused on public pages too: who believes to be known is not answered as a stranger.
"""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts.models import Token
from apps.accounts.second_factor import required_page

HEADER_FORM = "Write “Authorization: Bearer”, a space and the token."
TOKEN_REFUSALS = {
    "revoked": "This token was revoked.",
    "expired": "This token has expired.",
    "account disabled": "The account of this token is disabled.",
}


class BearerAuthentication(TokenAuthentication):
    """An account by one of its tokens; any other content of the header is refused."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        header = get_authorization_header(request).decode("latin-1")
        if not header.strip():
            return None
        scheme, _, key = header.strip().partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise AuthenticationFailed(HEADER_FORM)
        return self.authenticate_credentials(key.strip())

    def authenticate_credentials(self, token: str) -> tuple[Any, Token]:
        tokens: Any = Token.objects
        known = tokens.select_related("user").filter(pk=hash_token(token)).first()
        if known is None:
            raise AuthenticationFailed("This token is not known.")
        if reason := TOKEN_REFUSALS.get(known.state()):
            raise AuthenticationFailed(reason)
        record_token_use(known)
        return known.user, known

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def record_token_use(token: Token) -> None:
    """Write down the use; a database that takes no write now does not stop a reader."""
    tokens: Any = Token.objects
    try:
        with transaction.atomic():
            tokens.note_use(token)
    except DatabaseError:
        return


class DeskSessionAuthentication(SessionAuthentication):
    """An account by its session of the desk, where it writes and where a view `is_private`.

    A session that still has to show a code is nobody's.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        context = request.parser_context or {}
        if request.method in SAFE_METHODS and not getattr(context.get("view"), "is_private", False):
            return None
        user = getattr(request._request, "user", None)
        if user is None or required_page(user):
            return None
        known: tuple[Any, None] | None = super().authenticate(request)
        return known


class SessionScheme(OpenApiAuthenticationExtension):
    """How OpenAPI describes sessions."""

    target_class = DeskSessionAuthentication
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class BearerScheme(OpenApiAuthenticationExtension):
    """How OpenAPI describes it."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}

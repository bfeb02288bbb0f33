"""Idempotency-Key: a request that is sent again is answered again, and not done again.

The answer is kept in the transaction of the write itself, so that there are both or none of them.
Refusals are not kept: they changed nothing, and the request is judged anew.
"""

import hashlib
import json
import re
from typing import cast

from django.contrib.auth.models import User
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.http import etags as conditional
from apps.api.http.renderers import DocumentJSONRenderer, StoredDocument
from apps.ledger.models import KeptAnswer

KEY_HEADER = "Idempotency-Key"
KEY_PATTERN = re.compile(r"[!-~]{8,200}")
KEPT_HEADERS = ("Location", "ETag")  # what headers an answer's own are


class StillRunning(APIException):
    """The request that came first with this key has not ended."""

    status_code = 409
    default_detail = "The request that came first with this Idempotency-Key still runs."


class KeyReused(APIException):
    """The key was sent with another request."""

    status_code = 422
    default_detail = "This Idempotency-Key was sent with another method, address or body."


def idempotency_key(request: Request) -> str | None:
    """The key of a request, if it has one."""
    key: str | None = request.headers.get(KEY_HEADER)
    if key is not None and not KEY_PATTERN.fullmatch(key):
        raise ParseError(f"{KEY_HEADER} is 8 to 200 visible ASCII characters.")
    return key


def request_digest(request: Request) -> str:
    """What was asked: method, address, query, and the body as it was read."""
    path, query = request.path.rstrip("/"), request.META.get("QUERY_STRING", "")
    asked = [request.method, path, query, request.data]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def repeated_answer(request: Request, key: str) -> Response | None:
    """The answer that the account got before for the same request; None if there was none.

    Raises:
        StillRunning, KeyReused
    """
    if not KeptAnswer.objects.try_claim(request.user, key):
        raise StillRunning
    kept = KeptAnswer.objects.recent().filter(user=request.user, key=key).first()
    if kept is None:
        return None
    if kept.asked != request_digest(request):
        raise KeyReused
    body = StoredDocument(kept.body) if kept.body else None
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return conditional.with_etag(Response(body, kept.status, headers=headers), request, None)


def keep_answer(request: Request, key: str, answer: Response) -> None:
    """Keep an answer, for whoever sends the same request again."""
    KeptAnswer.objects.keep(
        KeptAnswer(
            user=cast(User, request.user),  # strangers were refused
            key=key,
            asked=request_digest(request),
            status=answer.status_code,
            body=DocumentJSONRenderer().render(answer.data).decode(),
            headers={name: answer[name] for name in KEPT_HEADERS if name in answer},
        )
    )

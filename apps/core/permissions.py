"""Who may do what: everyone reads; five acts change the dataset, each a permission of Django's."""

from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

Account = User | AnonymousUser  # who asks, or acts; a command is nobody's: None


class Act(StrEnum):
    """What an account may be permitted to do; the permissions stand on the ledger's revision."""

    PROPOSE = "ledger.propose"
    DRAFT = "ledger.draft"
    REVIEW = "ledger.review"
    PUBLISH = "ledger.publish"
    ADMINISTER = "ledger.administer"


def may_perform(request: Request | HttpRequest, act: Act) -> bool:
    """Whether the account behind a request may do `act`, and its token, if it came by one, too."""
    user, token = request.user, getattr(request, "auth", None)
    if user is None or not user.has_perm(act):
        return False
    return token is None or token.has_scope_for(act)


class ReadOnly(BasePermission):
    """Reading is open to everyone."""

    # A view's class cannot be named here: DRF's views load this file while they are being loaded.
    def has_permission(self, request: Request, view: Any) -> bool:
        # What an address does not answer to is for the view to say: 405, with what it does.
        return request.method in SAFE_METHODS or request.method not in view.allowed_methods


class WriteIfPermitted(ReadOnly):
    """Reading is open to everyone, writing to whoever may at least propose."""

    def has_permission(self, request: Request, view: Any) -> bool:
        is_open = super().has_permission(request, view)
        return is_open or any(may_perform(request, act) for act in (Act.PROPOSE, Act.PUBLISH))

"""Who may do what through the API: everyone reads, nobody writes yet."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission


class ReadOnly(BasePermission):
    """Reading is open to everyone."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return request.method in SAFE_METHODS

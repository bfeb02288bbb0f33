"""The ledger on the curator's desk, to be read only."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from unfold.admin import TabularInline

from apps.desk.lists import UnchangeableAdmin
from apps.ledger.models import Revision, Version


class VersionInline(TabularInline):
    """What a revision did to which record."""

    model = Version
    fields = ["type", "slug", "operation", "is_public"]
    extra = 0
    per_page = 100
    can_delete = False
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> Any:
        versions = super().get_queryset(request)
        seen = Q(is_public=True) | Q(revision__user=request.user)
        return versions if request.user.has_perm("ledger.draft") else versions.filter(seen)

    def has_view_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return True  # who sees a revision sees what it did, but for drafts of others


@admin.register(Revision)
class RevisionAdmin(UnchangeableAdmin):
    """Who changed what, when and why; work on drafts is seen by whoever may see the drafts."""

    desk, icon = "Ledger", "history"
    list_display = ["__str__", "at", "user", "origin", "reason"]
    list_filter = ["origin"]
    list_select_related = ["user"]
    search_fields = ["reason", "versions__slug"]
    date_hierarchy = "at"
    inlines = [VersionInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        revisions = super().get_queryset(request)
        seen = Q(number__isnull=False) | Q(user=request.user)
        return revisions if request.user.has_perm("ledger.draft") else revisions.filter(seen)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        curates = request.user.has_perm("ledger.propose")
        return curates or super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

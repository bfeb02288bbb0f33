"""The ledger on the curator's desk: to be read, never to be changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.ledger.models import Revision, Version


class VersionInline(TabularInline):
    model = Version
    fields = ["type", "slug", "operation", "is_public"]
    extra = 0
    can_delete = False


@admin.register(Revision)
class RevisionAdmin(ModelAdmin):
    list_display = ["number", "at", "user", "origin", "reason"]
    list_filter = ["origin"]
    date_hierarchy = "at"
    inlines = [VersionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

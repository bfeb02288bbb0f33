"""Corridors on the curator's desk."""

from django.contrib import admin

from apps.core.admin import RecordAdmin
from apps.corridors.models import Corridor


@admin.register(Corridor)
class CorridorAdmin(RecordAdmin):
    list_display = ["name", "kind", "status", "parent", "publication"]
    list_filter = ["kind", "status"]
    list_select_related = ["parent"]

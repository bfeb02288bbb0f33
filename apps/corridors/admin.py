"""Corridors on the curator's desk."""

from django.contrib import admin

from apps.corridors.models import Corridor
from apps.desk.records import RecordAdmin


@admin.register(Corridor)
class CorridorAdmin(RecordAdmin):
    icon = "route"
    list_display = ["name", "kind", "status", "parent"]
    list_filter = ["kind", "status"]
    list_select_related = ["parent"]

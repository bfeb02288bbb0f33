"""Sightings on the curator's desk."""

from django.contrib import admin

from apps.desk.records import RecordAdmin
from apps.sightings.models import Sighting


@admin.register(Sighting)
class SightingAdmin(RecordAdmin):
    icon = "visibility"
    list_display = ["name", "kind", "seen_on", "place"]
    list_filter = ["kind"]
    date_hierarchy = "seen_on_earliest"

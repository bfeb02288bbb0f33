"""Places on the curator's desk."""

from django.contrib import admin

from apps.core.admin import RecordAdmin
from apps.places.models import Place


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    list_display = ["name", "kind", "country", "part_of", "publication"]
    list_filter = ["kind", "country"]

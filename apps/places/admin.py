"""Places on the curator's desk."""

from django.contrib import admin

from apps.desk.records import RecordAdmin
from apps.places.models import Place


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    desk, icon = "Evidence", "location_on"
    list_display = ["name", "kind", "country", "part_of"]
    list_filter = ["kind", ("country", admin.AllValuesFieldListFilter)]

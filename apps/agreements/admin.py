"""Agreements on the curator's desk."""

from django.contrib import admin

from apps.agreements.models import Agreement
from apps.desk.records import RecordAdmin


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    icon = "handshake"
    list_display = ["name", "kind", "status", "signed_on"]
    list_filter = ["kind", "status"]
    date_hierarchy = "signed_on_earliest"

"""Arms transfers on the curator's desk."""

from django.contrib import admin

from apps.arms_transfers.models import ArmsTransfer
from apps.desk.records import RecordAdmin


@admin.register(ArmsTransfer)
class ArmsTransferAdmin(RecordAdmin):
    icon = "local_shipping"
    list_display = ["name", "supplier", "recipient", "weapon_category", "status"]
    list_filter = ["weapon_category", "status", "is_aggregate"]
    list_select_related = ["supplier", "recipient"]
    date_hierarchy = "ordered_on_earliest"

"""Exercises on the curator's desk."""

from django.contrib import admin

from apps.desk.records import RecordAdmin
from apps.exercises.models import Exercise


@admin.register(Exercise)
class ExerciseAdmin(RecordAdmin):
    icon = "military_tech"
    list_display = ["name", "series", "starts_on", "status"]
    list_filter = ["status"]
    date_hierarchy = "starts_on_earliest"

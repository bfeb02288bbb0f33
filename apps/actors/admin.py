"""Actors and memberships on the curator's desk."""

from django.contrib import admin

from apps.actors.models import Actor, Membership
from apps.desk.records import RecordAdmin


@admin.register(Actor)
class ActorAdmin(RecordAdmin):
    desk, icon = "Actors", "groups"
    list_display = ["name", "kind", "country", "region"]
    list_filter = ["kind", "region"]


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    desk, icon = "Actors", "hub"
    list_display = ["name", "actor", "organisation", "role", "status", "since"]
    list_filter = ["role", "status"]
    list_select_related = ["actor", "organisation"]
    date_hierarchy = "since_earliest"

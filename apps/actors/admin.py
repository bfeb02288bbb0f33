"""Actors and memberships on the curator's desk."""

from django.contrib import admin

from apps.actors.models import Actor, Membership
from apps.core.admin import RecordAdmin


@admin.register(Actor)
class ActorAdmin(RecordAdmin):
    list_display = ["name", "kind", "country", "region", "publication"]
    list_filter = ["kind", "region"]


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    list_display = ["name", "actor", "organisation", "role", "status", "since", "publication"]
    list_filter = ["role", "status"]
    list_select_related = ["actor", "organisation"]
    date_hierarchy = "since_earliest"

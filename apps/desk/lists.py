"""How strict every list of the desk is, and lists of what is only kept."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from unfold.admin import ModelAdmin

MAX_SEARCH_WORDS = 12  # of a search; SQLite takes no more than some hundred conditions


class StrictAdmin(ModelAdmin):
    """A list that answers its own filters, its own dates and a search of some words."""

    desk = ""  # the heading under which the sidebar shows it
    icon = ""
    list_fullwidth = True
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list itself offers: no regular expressions, no way into other tables."""
        name, _, rest = lookup.partition("__")
        if name == self.date_hierarchy:
            # Django adds a year to this one, and a date ends with 9999.
            in_range = value.isdecimal() and len(value) <= 4 and 1 <= int(value) <= 9998
            return rest in {"year", "month", "day"} and in_range
        filters = self.get_list_filter(request)
        if lookup in {getattr(entry, "parameter_name", "") for entry in filters}:
            return True  # a filter that reads its own words
        plain = [entry for entry in filters if isinstance(entry, str | tuple)]
        if name not in {entry if isinstance(entry, str) else entry[0] for entry in plain}:
            return False
        if rest == "id__exact":
            return value.isdecimal() and len(value) <= 18
        return rest in {"", "exact", "isnull"}

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> Any:
        """Do something with what was ticked; what no list offers to be ticked is no row of it."""
        try:
            for ticked in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(ticked, None)
        except ValidationError:
            self.message_user(request, "Tick rows of the list.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        words = " ".join(search_term.split()[:MAX_SEARCH_WORDS])
        return super().get_search_results(request, queryset, words)


class UnchangeableAdmin(StrictAdmin):
    """Rows that are part of a record of what was done: never changed by hand, never deleted."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

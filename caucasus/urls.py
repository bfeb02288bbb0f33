"""Addresses: the API, the curator's desk, and what explains errors."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from apps.desk.autocomplete import RecordAutocomplete
from apps.desk.slugs import slug_proposal
from apps.operations.security_text import security_text
from caucasus.api import problems
from caucasus.api.root import RootView

AUTOCOMPLETE = RecordAutocomplete.as_view(admin_site=admin.site)
admin.site.index_template = "caucasus/desk.html"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="docs", permanent=False)),
    re_path(r"^admin$", RedirectView.as_view(url="/admin/", permanent=True)),
    # The desk's own search page answers junk in its address with a fault; lists have theirs.
    path("admin/search/", RedirectView.as_view(url="/admin/")),
    path("admin/", include("apps.accounts.urls")),
    path("admin/autocomplete/", admin.site.admin_view(AUTOCOMPLETE), name="autocomplete"),
    path("admin/slug/", admin.site.admin_view(slug_proposal), name="slug"),
    path("admin/", admin.site.urls),
    path("api/v1", RootView.as_view(schema=None)),
    path("api/v1/", include("caucasus.api.root")),
    path(".well-known/security.txt", security_text, name="security-text"),
    path("problems/<slug:code>/", problems.explain_problem, name="problem"),
]

handler400 = problems.malformed_request
handler403 = problems.not_permitted
handler404 = problems.not_found
handler500 = problems.internal_error

"""The slug that the form of a new record proposes, spelt here and not in the page."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.core.models import Record
from apps.core.querysets import MAX_SEARCH_TEXT
from apps.core.spelling import propose_slug

LONGEST_SLUG = Record._meta.get_field("slug").max_length or 0


@require_safe
def slug_proposal(request: HttpRequest) -> JsonResponse:
    """`{"slug": …}` for the name in `text`; empty where no word is in it."""
    text = request.GET.get("text", "")[: 5 * MAX_SEARCH_TEXT]
    return JsonResponse({"slug": propose_slug(text, LONGEST_SLUG)})

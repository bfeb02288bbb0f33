"""`{% views_as %}`: where in the API that is what a page of the desk shows."""

from typing import Any

from django import template

from caucasus.desk.views_as import query_of_page

register = template.Library()


@register.inclusion_tag("caucasus/views_as.html", takes_context=True)
def views_as(context: template.Context) -> dict[str, Any]:
    """Links, a line for a shell and one for Python; nothing of a page that is not in the API."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated or context.get("is_popup"):
        return {}
    names: Any = context.flatten()
    view = query_of_page(names, request.GET.dict())
    if view is None:
        return {}
    site = f"{request.scheme}://{request.get_host()}"
    return {
        "view": view,
        "site": site,
        "formats": [(name.upper(), view.address(format=name)) for name in view.formats],
        "table": site + view.address(format="csv"),
        "page": site + view.address(),
    }

"""The codebook as a page, to be read and printed: what /meta/ answers, in HTML."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.codebook.vocabularies import CODE_LISTS, CodebookEntry
from apps.api.http.etags import conditional_get
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.parameters import read_parameters_strictly
from caucasus.api.meta import whole_codebook

PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def lookup_suffixes(name: str, key: str, filters: Iterable[CodebookEntry]) -> list[str]:
    """The parameters that ask for a field, without its name: `.` is the name itself."""
    names = [
        one["name"] for entry in filters if entry["field"] == key for one in entry["parameters"]
    ]
    return [one.removeprefix(name) or "." for one in names]


def add_lookups(
    fields: list[CodebookEntry], filters: list[CodebookEntry], part: str = ""
) -> list[CodebookEntry]:
    """Fields, each with the look-ups that ask for it."""
    below, inside = (f"{part}__", f"{part}.") if part else ("", "")
    return [
        {**one, "lookups": lookup_suffixes(below + one["name"], inside + one["name"], filters)}
        for one in fields
    ]


def type_for_page(one: CodebookEntry) -> CodebookEntry:
    """A type as the page shows it: look-ups stand with their fields, questions by themselves."""
    filters = one["filters"]
    parts = [
        {**part, "fields": add_lookups(part["fields"], filters, part["list"])}
        for part in one["parts"]
    ]
    return {
        **one,
        "fields": add_lookups(one["fields"], filters),
        "parts": parts,
        "questions": [entry for entry in filters if entry["field"] is None],
    }


def codebook_html(codebook: CodebookEntry) -> str:
    """The codebook in HTML."""
    vocabularies = [
        {**one, "is_codes": one["name"] in CODE_LISTS} for one in codebook["vocabularies"]
    ]
    shown = {
        "types": [type_for_page(one) for one in codebook["types"]],
        "vocabularies": vocabularies,
    }
    return render_to_string("caucasus/codebook.html", {**codebook, **shown})


class PageRenderer(BaseRenderer):
    """HTML; problems are JSON, as everywhere."""

    media_type = "text/html"
    format = "html"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, context: Any = None) -> Any:
        if isinstance(data, dict) and "types" in data:
            return codebook_html(data)
        return DocumentJSONRenderer().render(data)


class CodebookView(APIView):
    """The codebook, as a page to be read and printed."""

    renderer_classes = (PageRenderer,)
    revision: int
    schema = None  # a page for people; /meta/ is the same for programs

    @conditional_get
    def get(self, request: Request) -> Response:
        """The page."""
        read_parameters_strictly(request.query_params, {})
        codebook = whole_codebook(request, None, self.revision)
        return Response(codebook, headers={"Content-Security-Policy": PAGE_POLICY})

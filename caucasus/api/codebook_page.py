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
        parameter["name"]
        for entry in filters
        if entry["field"] == key
        for parameter in entry["parameters"]
    ]
    return [parameter.removeprefix(name) or "." for parameter in names]


def add_lookups(
    fields: list[CodebookEntry], filters: list[CodebookEntry], part: str = ""
) -> list[CodebookEntry]:
    """Fields, each with the look-ups that ask for it."""
    below, inside = (f"{part}__", f"{part}.") if part else ("", "")
    return [
        {
            **field,
            "lookups": lookup_suffixes(below + field["name"], inside + field["name"], filters),
        }
        for field in fields
    ]


def type_for_page(record_type: CodebookEntry) -> CodebookEntry:
    """A type as the page shows it: look-ups stand with their fields, questions by themselves."""
    filters = record_type["filters"]
    parts = [
        {**part, "fields": add_lookups(part["fields"], filters, part["list"])}
        for part in record_type["parts"]
    ]
    return {
        **record_type,
        "fields": add_lookups(record_type["fields"], filters),
        "parts": parts,
        "questions": [entry for entry in filters if entry["field"] is None],
    }


def codebook_html(codebook: CodebookEntry) -> str:
    """The codebook in HTML."""
    vocabularies = [
        {**vocabulary, "is_codes": vocabulary["name"] in CODE_LISTS}
        for vocabulary in codebook["vocabularies"]
    ]
    shown = {
        "types": [type_for_page(record_type) for record_type in codebook["types"]],
        "vocabularies": vocabularies,
    }
    return render_to_string("caucasus/codebook.html", {**codebook, **shown})


class PageRenderer(BaseRenderer):
    """HTML; problems are JSON, as everywhere."""

    media_type = "text/html"
    format = "html"
    charset = "utf-8"

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: dict[str, Any] | None = None,
    ) -> str | bytes:
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

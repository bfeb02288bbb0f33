"""What a write is answered: the document as it is stored now, or what was proposed or would be."""

from collections.abc import Sequence
from typing import Any

import orjson
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.http import etags as conditional
from apps.api.http import links
from apps.api.http.renderers import StoredDocument
from apps.core.models import Record
from apps.documents.acts import Outcome
from apps.documents.differences import differences_as_json, find_differences
from apps.documents.writing import STAMP_KEYS
from apps.ledger.models import Proposal

DocumentTexts = dict[str, str]  # documents by slug


def public_documents(model: type[Record], slugs: list[str]) -> DocumentTexts:
    """The public documents of records."""
    rows: Any = model.objects
    return dict(rows.published().filter(slug__in=slugs).values_list("slug", "document"))


def stored_response(request: Request, model: type[Record], slug: str, status: int) -> Response:
    """The record as GET answers it now."""
    rows: Any = model.objects
    revision, document = rows.values_list("revision", "document").get(slug=slug)
    headers = (
        {"Location": links.record_url(request, model.endpoint(), slug)} if status == 201 else {}
    )
    response = Response(StoredDocument(document), status, headers=headers)
    return conditional.with_etag(response, request, conditional.record_etag(revision))


def created_response(
    request: Request, model: type[Record], slugs: list[str], number: int | None
) -> Response:
    """Which records a list of documents became, in their order."""
    endpoint = model.endpoint()
    made = [{"slug": slug, "url": links.record_url(request, endpoint, slug)} for slug in slugs]
    return conditional.with_etag(
        Response({"revision": number, "created": made}, 201), request, None
    )


def retracted_response(request: Request) -> Response:
    """The record was retracted."""
    return conditional.with_etag(Response(status=204), request, None)


def proposed_response(
    request: Request, proposals: Sequence[Proposal], slugs: list[str], is_list: bool
) -> Response:
    """What was handed in and waits for review."""
    base = request.build_absolute_uri("/api/v1/proposals/")
    names = ("state", "type", "slug")
    entries = [
        {"proposal": p.pk, **{name: getattr(p, name) for name in names}, "url": f"{base}{p.pk}/"}
        for p in sorted(proposals, key=lambda proposal: slugs.index(proposal.slug))
    ]
    body: Any = {"proposals": entries} if is_list else entries[0]
    headers = {"Location": base if is_list else entries[0]["url"]}
    return conditional.with_etag(Response(body, 202, headers=headers), request, None)


def dry_run_response(
    request: Request, outcome: Outcome, slugs: list[str], before: DocumentTexts
) -> Response:
    """What a rehearsed write would do, in the order of the documents: publish them, or propose."""
    would = "propose" if outcome.proposals else "publish"
    changes = outcome.revision.changes if outcome.revision else []
    after = {
        **before,
        **{change.record.slug: change.body for change in changes},
        **{proposal.slug: proposal.document for proposal in outcome.proposals},
    }
    records = [foreseen_record(slug, before.get(slug), after.get(slug)) for slug in slugs]
    body = {"dry_run": True, "would": would, "records": records}
    return conditional.with_etag(Response(body), request, None)


def foreseen_record(slug: str, before: str | None, after: str | None) -> dict[str, Any]:
    """What a write would make of one record."""
    old, new = orjson.loads(before or "null"), orjson.loads(after or "null")
    changes = differences_as_json(find_differences(old, new)) if new else []
    if new is None:
        operation = "retracted"
    elif old is None:
        operation = "created"
    else:
        operation = "updated" if changes else "unchanged"
    document = new and {key: value for key, value in new.items() if key not in STAMP_KEYS}
    return {"slug": slug, "op": operation, "changes": changes, "document": document}

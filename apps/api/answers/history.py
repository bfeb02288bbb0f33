"""Records as they stood: their history, past documents, tombstones and merges.

All of it is read from the public versions in the ledger: a draft leaves no trace here, and what
a record's own row says now has no say in what was.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.descriptions import FieldChange
from apps.api.http import etags
from apps.api.http.problems import CONTENT_TYPE, UnknownRecord, problem_body
from apps.api.query.pagination import (
    DocumentPage,
    RecordPagination,
    numbered_places,
    page_link_fields,
)
from apps.api.query.parameters import (
    parameter_error,
    read_parameters_strictly,
    whole_number_parameter,
)
from apps.api.query.values import PublishedRecord
from apps.core.models import Record
from apps.documents.writing import STAMP_KEYS
from apps.ledger.models import Revision, Version, utc_text

HISTORY_PARAMETERS = {
    "page": whole_number_parameter("Page, from 1.", 1, 10_000, default=1),
    "page_size": whole_number_parameter("Entries on a page.", 1, 500, default=50),
}


def public_versions(model: type[Record], slug: str) -> Any:
    """What readers have seen of a record, newest first."""
    versions = Version.objects.public().filter(type=model.endpoint(), slug=slug)
    return versions.order_by("-revision__number")


def public_version_at(model: type[Record], slug: str, number: int | None) -> Version:
    """The public version of a record that stood at a revision of the dataset; None: the newest.

    Raises:
        Http404: readers knew no such record then.
    """
    versions = public_versions(model, slug).select_related("revision")
    if number is not None:
        versions = versions.filter(revision__number__lte=number)
    version = versions.first()
    if version is None:
        raise unknown_record_error(model, slug)
    return version


def unknown_record_error(model: type[Record], slug: str) -> Exception:
    """A 404 that names what was perhaps meant, as a filter does that is given such a slug."""
    try:
        PublishedRecord(model).read_values([slug])
    except ValidationError as error:
        return UnknownRecord(parameter_error("slug", reason) for reason in error.error_list)
    return Http404()  # it is there now, and was not at the time asked for


def tombstone_response(request: Request, version: Version, below: str = "") -> Response:
    """What is answered instead of a document: 308 to where it was merged into, or 410.

    `below` is the last part of an address below the record's own; a merge leads to it there.
    """
    address = request.path.rstrip("/").removesuffix(f"/{below}")
    made = version.revision
    more = {"revision": made.number, "history": request.build_absolute_uri(f"{address}/history/")}
    headers = {}
    if version.into is None:
        body = problem_body(request, "gone", made.reason, **more, retracted_at=utc_text(made.at))
    else:
        survivor = f"{address.rpartition('/')[0]}/{version.into}/{below and f'{below}/'}"
        query = request.META.get("QUERY_STRING", "")
        location = request.build_absolute_uri(survivor + (query and f"?{query}"))
        headers = {"Location": location}
        body = {
            "type": "about:blank",
            "title": "Permanent Redirect",
            "status": 308,
            "detail": f"“{version.slug}” was merged into “{version.into}”.",
            "instance": request.path,
            **more,
            "merged_at": utc_text(made.at),
            "into": version.into,
        }
    status = body["status"]
    response = Response(body, status, headers=headers, exception=True, content_type=CONTENT_TYPE)
    return etags.with_etag(response, request, None)


def history_response(request: Request, model: type[Record], slug: str) -> Response:
    """One page of a record's history, in the envelope of lists.

    Raises:
        Http404: readers never knew the record.
    """
    asked = read_parameters_strictly(request.query_params, HISTORY_PARAMETERS)
    versions = public_versions(model, slug)
    page, size = asked["page"], asked["page_size"]
    start = (page - 1) * size
    rows = versions.select_related("revision__user")
    page_versions = list(rows[start : start + size + 1])  # one older, to compare the last with
    if not page_versions and not versions.exists():
        raise unknown_record_error(model, slug)
    pairs = zip_longest(page_versions[:size], page_versions[1:])
    entries = [orjson.dumps(history_entry(*pair)).decode() for pair in pairs]
    here = DocumentPage(entries, *numbered_places(page, size, page_versions, versions.count))
    return RecordPagination().page_response(versions, request, here)


def history_entry(version: Version, before: Version | None) -> dict[str, Any]:
    """One entry of a history: who did what, when, why, and which fields it changed."""
    made = version.revision
    return {
        "revision": made.number,
        "at": utc_text(made.at),
        "op": version.operation,
        "by": made.user.get_username() if made.user else None,
        "reason": made.reason or None,
        "origin": made.origin,
        **({"into": version.into} if version.into else {}),
        "changes": list(changed_fields(before, version)),
    }


def changed_fields(before: Version | None, after: Version) -> Iterator[dict[str, Any]]:
    """The fields on which two versions differ; all that are known where there was none before."""
    if after.document is None:
        return
    old = orjson.loads(before.document) if before and before.document else {}
    new = orjson.loads(after.document)
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        unknown = was in (None, []) and now in (None, [])
        if name not in STAMP_KEYS and was != now and not unknown:
            yield {"field": name, "from": was, "to": now}


Operation = Version.Operation
PUBLIC_OPERATIONS = [
    (operation.value, operation.label)
    for operation in (Operation.CREATED, Operation.UPDATED, Operation.RETRACTED, Operation.MERGED)
]
HISTORY_SERIALIZER = inline_serializer(
    "History",
    {
        "count": serializers.IntegerField(),
        **page_link_fields(),
        "results": inline_serializer(
            "HistoryEntry",
            {
                "revision": serializers.IntegerField(),
                "at": serializers.DateTimeField(),
                "op": serializers.ChoiceField(PUBLIC_OPERATIONS),
                "by": serializers.CharField(allow_null=True, help_text="The account that acted."),
                "reason": serializers.CharField(allow_null=True),
                "origin": serializers.ChoiceField(Revision.Origin.choices),
                "into": serializers.CharField(required=False, help_text="The record that remains."),
                "changes": FieldChange(many=True),
            },
            many=True,
        ),
    },
)

"""The change feed: what happened to the dataset since a revision, in the order of the commits.

A copy of the dataset at revision A, and the feed from A to B applied to it, is the dataset at B.
"""

from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.history import PUBLIC_OPERATIONS
from apps.api.http.etags import conditional_get
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.pagination import address_beside, link_header
from apps.api.query.parameters import (
    MAX_SAFE_INTEGER,
    Parameter,
    openapi_parameters,
    read_parameters_strictly,
    whole_number_parameter,
)
from apps.api.query.values import YES_OR_NO, existing_revision, natural_number, vocabulary_word
from apps.core.models import record_models
from apps.ledger.models import Version, utc_text

TYPE_POSITIONS = {endpoint: place for place, endpoint in enumerate(record_models())}
CHANGES_PARAMETERS = {
    "since": Parameter(
        existing_revision(natural_number(0, MAX_SAFE_INTEGER)),
        "Changes after this revision of the dataset, which is refused if it is not there.",
        default=0,
    ),
    "limit": whole_number_parameter(
        "Changes in an answer, at most. A revision is never split: one that alone has more than"
        " these comes whole.",
        1,
        5_000,
        default=500,
    ),
    "type": Parameter(
        vocabulary_word(TYPE_POSITIONS),
        "Only changes of records of this type; repeat for more.",
        is_multiple=True,
    ),
    "documents": Parameter(YES_OR_NO, "Whether changes carry the documents.", default=True),
}
CHANGE_COLUMNS = ("revision__number", "type", "slug", "operation", "revision__at", "into")
CHANGES_SERIALIZER = inline_serializer(
    "Changes",
    {
        "from": serializers.IntegerField(help_text="What `since` was."),
        "to": serializers.IntegerField(help_text="The last revision in this answer: next `since`."),
        "latest": serializers.IntegerField(help_text="The newest revision of the dataset."),
        "changes": inline_serializer(
            "Change",
            {
                "revision": serializers.IntegerField(),
                "op": serializers.ChoiceField(PUBLIC_OPERATIONS),
                "type": serializers.ChoiceField(list(TYPE_POSITIONS)),
                "slug": serializers.CharField(),
                "at": serializers.DateTimeField(),
                "into": serializers.CharField(
                    required=False, help_text="Of a merge: the slug of the record that remains."
                ),
                "document": serializers.JSONField(
                    required=False, help_text="The record as it then was, if it was public."
                ),
            },
            many=True,
        ),
    },
)


class ChangeFeed:
    """One answer of the feed; its documents are the stored texts, not parsed."""

    def __init__(self, head: dict[str, int], rows: list[Any]) -> None:
        self.head, self.rows = head, rows

    def to_json(self) -> bytes:
        changes = b",".join(change_as_json(*row) for row in self.rows)
        return b'%b,"changes":[%b]}' % (orjson.dumps(self.head)[:-1], changes)


def change_as_json(
    number: int, type: str, slug: str, operation: str, at: datetime, into: str, document: str = ""
) -> bytes:
    """One change as JSON."""
    head = {"revision": number, "op": operation, "type": type, "slug": slug, "at": utc_text(at)}
    if into:
        head["into"] = into
    if not document:
        return orjson.dumps(head)
    return b'%b,"document":%b}' % (orjson.dumps(head)[:-1], document.encode())


class ChangesView(APIView):
    """Every public change of the dataset, by revision."""

    renderer_classes = (DocumentJSONRenderer,)
    revision: int

    @extend_schema(
        parameters=openapi_parameters(CHANGES_PARAMETERS),
        responses=CHANGES_SERIALIZER,
        operation_id="changes",
    )
    @conditional_get
    def get(self, request: Request) -> Response:
        """Changes after a revision, in the order of the commits; to go on, ask since the last `to`.

        Within a revision, a type that others name comes before them; then goes the slug.
        """
        asked = read_parameters_strictly(request.query_params, CHANGES_PARAMETERS)
        latest = self.revision  # read first: what it names is committed, and stays as it is
        since = asked["since"]
        versions = Version.objects.public().filter(
            revision__number__gt=since, revision__number__lte=latest
        )
        if asked["type"]:
            versions = versions.filter(type__in=asked["type"])
        to, has_more = last_whole_revision(versions, since, asked["limit"])
        columns = (*CHANGE_COLUMNS, "document") if asked["documents"] else CHANGE_COLUMNS
        rows = versions.filter(revision__number__lte=to).order_by().values_list(*columns)
        feed = ChangeFeed(
            {"from": since, "to": to, "latest": latest},
            sorted(
                rows,
                key=lambda row: (row[0], TYPE_POSITIONS.get(row[1], len(TYPE_POSITIONS)), row[2]),
            ),
        )
        following = address_beside(request, {"since": to}) if has_more else None
        return Response(feed, headers=link_header({"next": following}))


def last_whole_revision(versions: QuerySet, since: int, limit: int) -> tuple[int, bool]:
    """The last revision that fits into an answer whole, and whether others follow it.

    A first revision that alone has more changes than `limit` is an answer of its own.
    """
    ordered = versions.order_by("revision__number")
    numbers = list(ordered.values_list("revision__number", flat=True)[: limit + 1])
    if len(numbers) <= limit:
        return (numbers[-1] if numbers else since), False
    fitting = [number for number in numbers if number < numbers[limit]]
    to = fitting[-1] if fitting else numbers[0]
    return to, versions.filter(revision__number__gt=to).exists()

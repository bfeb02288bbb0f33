"""Writes for OpenAPI: what they take beside the document, and everything they may answer."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from apps.api.answers.descriptions import ETAG_HEADER, FieldChange, OpenApiObject
from apps.api.answers.history import PUBLIC_OPERATIONS
from apps.api.http.etags import ENCODING_SUFFIX
from apps.api.writes.views import MAX_DOCUMENTS, WRITE_PARAMETERS
from apps.ledger.models import Proposal

WRITE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
RECORD_ETAG_SCHEMA = {
    "type": "string",
    "pattern": f'^(W/)?"[0-9]{{1,15}}-[0-9a-f]+({ENCODING_SUFFIX})?"$',
}
WRITE_HEADERS: dict[str, OpenApiObject] = {
    "If-Match": {
        "required": True,
        "description": "The ETag of the whole record, as GET gave it; 412 if it changed since.",
        "schema": RECORD_ETAG_SCHEMA,
    },
    "Idempotency-Key": {
        "required": False,
        "description": "A name for this request: sent again within 24 hours, it is not done again,"
        " and gets the answer that it got.",
        "schema": {"type": "string", "pattern": "^[!-~]{8,200}$"},
    },
}
DRY_RUN_TEXT = "What would happen."
PROPOSED_TEXT = "It waits for review."
# Of answers; a list of records has no tag, a trial has neither tag nor place.
ANSWER_HEADERS: dict[str, OpenApiObject] = {
    "ETag": {"description": "Names the state of the one record.", "schema": ETAG_HEADER["schema"]},
    "Location": {
        "description": "Where the one record is, or the proposal.",
        "schema": {"type": "string", "format": "uri"},
    },
    "Idempotent-Replayed": {
        "description": "This was answered before to the same request, which was not done again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
PROPOSED_FIELDS: dict[str, Any] = {
    "proposal": serializers.IntegerField(),
    "state": serializers.ChoiceField(Proposal.State.choices),
    "type": serializers.CharField(),
    "slug": serializers.CharField(),
    "url": serializers.URLField(),
}
PROPOSED_SERIALIZER = inline_serializer("Proposed", PROPOSED_FIELDS)
ALL_PROPOSED_SERIALIZER = inline_serializer(
    "AllProposed", {"proposals": type(PROPOSED_SERIALIZER)(many=True)}
)
CREATED_SERIALIZER = inline_serializer(
    "Created",
    {
        "revision": serializers.IntegerField(),
        "created": inline_serializer(
            "CreatedRecord",
            {"slug": serializers.CharField(), "url": serializers.URLField()},
            many=True,
        ),
    },
)
DRY_RUN_SERIALIZER = inline_serializer(
    "Foreseen",
    {
        "dry_run": serializers.BooleanField(),
        "would": serializers.ChoiceField(["publish", "propose"]),
        "records": inline_serializer(
            "ForeseenRecord",
            {
                "slug": serializers.CharField(),
                "op": serializers.ChoiceField(
                    [*(word for word, _ in PUBLIC_OPERATIONS if word != "merged"), "unchanged"]
                ),
                "changes": FieldChange(many=True),
                "document": serializers.JSONField(
                    allow_null=True, help_text="The record as it would be, without its stamp."
                ),
            },
            many=True,
        ),
    },
)


def write_parameters(method: str) -> list[OpenApiObject]:
    """What a write takes in its query and its headers."""
    names = WRITE_HEADERS if method != "POST" else ["Idempotency-Key"]
    query = [
        {"name": name, "in": "query", "description": parameter.help_text, "schema": schema}
        for name, parameter in WRITE_PARAMETERS.items()
        for schema in [
            {**parameter.schema, **({"default": False} if parameter.default is False else {})}
        ]
    ]
    return [*query, *({"name": name, "in": "header", **WRITE_HEADERS[name]} for name in names)]


def one_or_more_documents(document: OpenApiObject) -> OpenApiObject:
    """A document, or a list of them."""
    some = {"type": "array", "items": document, "minItems": 1, "maxItems": MAX_DOCUMENTS}
    return {"oneOf": [document, some]}


def write_responses(
    method: str, document: OpenApiObject, schema: AutoSchema
) -> dict[str, OpenApiObject]:
    """What a write answers, by status; `document` describes a record, `schema` names the rest."""
    is_new = method == "POST"
    foreseen, proposed, some, all_of_them = (
        schema.resolve_serializer(serializer, "response").ref
        for serializer in (
            DRY_RUN_SERIALIZER,
            PROPOSED_SERIALIZER,
            CREATED_SERIALIZER,
            ALL_PROPOSED_SERIALIZER,
        )
    )
    if method == "DELETE":
        return {
            "200": describe_write_answer(DRY_RUN_TEXT, [foreseen]),
            "204": {"description": "It is retracted."},
        }
    waiting = describe_write_answer(
        PROPOSED_TEXT, [proposed, all_of_them] if is_new else [proposed], "Location"
    )
    if is_new:
        new = describe_write_answer("Published.", [document, some], "ETag", "Location")
        return {"200": describe_write_answer(DRY_RUN_TEXT, [foreseen]), "201": new, "202": waiting}
    stored = describe_write_answer(
        "The record as it stands now, or would.", [document, foreseen], "ETag"
    )
    return {"200": stored, "202": waiting}


def describe_write_answer(text: str, bodies: list[OpenApiObject], *headers: str) -> OpenApiObject:
    """An answer of one of some forms."""
    schema = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
    return {
        "description": text,
        "headers": {name: ANSWER_HEADERS[name] for name in (*headers, "Idempotent-Replayed")},
        "content": {"application/json": {"schema": schema}},
    }


def writer_problem_statuses(method: str) -> list[int]:
    """The problems that only writers meet."""
    return [403, 409, 411, 413, 415, 422, 503, *([412, 428] if method != "POST" else [])]

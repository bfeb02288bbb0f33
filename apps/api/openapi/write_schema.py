"""Writes for OpenAPI: what they take beside the document, and everything they may answer."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from apps.api.answers.descriptions import TAG, Description, FieldChange
from apps.api.answers.history import OPERATIONS
from apps.api.writes.views import MOST, WRITING
from apps.ledger.models import Proposal

METHODS = ("POST", "PUT", "PATCH", "DELETE")
HEADERS: dict[str, Description] = {
    "If-Match": {
        "required": True,
        "description": "The ETag of the whole record, as GET gave it; 412 if it changed since.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,15}-[0-9a-f]+"$'},
    },
    "Idempotency-Key": {
        "required": False,
        "description": "A name for this request: sent again within 24 hours, it is not done again,"
        " and gets the answer that it got.",
        "schema": {"type": "string", "pattern": "^[!-~]{8,200}$"},
    },
}
TRIED = "What would happen."
WAITS = "It waits for review."
# Of answers; a list of records has no tag, a trial has neither tag nor place.
OWN: dict[str, Description] = {
    "ETag": {"description": "Names the state of the one record.", "schema": TAG["schema"]},
    "Location": {
        "description": "Where the one record is, or the proposal.",
        "schema": {"type": "string", "format": "uri"},
    },
    "Idempotent-Replayed": {
        "description": "This was answered before to the same request, which was not done again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
HANDED_IN: dict[str, Any] = {
    "proposal": serializers.IntegerField(),
    "state": serializers.ChoiceField(Proposal.State.choices),
    "type": serializers.CharField(),
    "slug": serializers.CharField(),
    "url": serializers.URLField(),
}
PROPOSED = inline_serializer("Proposed", HANDED_IN)
ALL_PROPOSED = inline_serializer("AllProposed", {"proposals": type(PROPOSED)(many=True)})
CREATED = inline_serializer(
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
FORESEEN = inline_serializer(
    "Foreseen",
    {
        "dry_run": serializers.BooleanField(),
        "would": serializers.ChoiceField(["publish", "propose"]),
        "records": inline_serializer(
            "ForeseenRecord",
            {
                "slug": serializers.CharField(),
                "op": serializers.ChoiceField(
                    [*(word for word, _ in OPERATIONS if word != "merged"), "unchanged"]
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


def parameters(method: str) -> list[Description]:
    """What a write takes in its query and its headers."""
    names = HEADERS if method != "POST" else ["Idempotency-Key"]
    query = [
        {"name": name, "in": "query", "description": one.help_text, "schema": schema}
        for name, one in WRITING.items()
        for schema in [{**one.schema, **({"default": False} if one.default is False else {})}]
    ]
    return [*query, *({"name": name, "in": "header", **HEADERS[name]} for name in names)]


def one_or_more(document: Description) -> Description:
    """A document, or a list of them."""
    some = {"type": "array", "items": document, "minItems": 1, "maxItems": MOST}
    return {"oneOf": [document, some]}


def responses(method: str, document: Description, schema: Any) -> dict[str, Description]:
    """What a write answers, by status; `document` describes a record, `schema` names the rest."""
    is_new = method == "POST"
    foreseen, proposed, some, all_of_them = (
        schema.resolve_serializer(one, "response").ref
        for one in (FORESEEN, PROPOSED, CREATED, ALL_PROPOSED)
    )
    if method == "DELETE":
        return {"200": answer(TRIED, [foreseen]), "204": {"description": "It is retracted."}}
    waiting = answer(WAITS, [proposed, all_of_them] if is_new else [proposed], "Location")
    if is_new:
        new = answer("Published.", [document, some], "ETag", "Location")
        return {"200": answer(TRIED, [foreseen]), "201": new, "202": waiting}
    stored = answer("The record as it stands now, or would.", [document, foreseen], "ETag")
    return {"200": stored, "202": waiting}


def answer(text: str, bodies: list[Description], *headers: str) -> Description:
    """An answer of one of some forms."""
    schema = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
    return {
        "description": text,
        "headers": {name: OWN[name] for name in (*headers, "Idempotent-Replayed")},
        "content": {"application/json": {"schema": schema}},
    }


def statuses(method: str) -> list[int]:
    """The problems that only writers meet."""
    return [403, 409, 411, 413, 415, 422, 503, *([412, 428] if method != "POST" else [])]

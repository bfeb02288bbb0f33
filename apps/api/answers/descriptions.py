"""What an operation answers beside its data, for OpenAPI: problems, headers, forms, 304 and 308."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import inline_serializer
from inflection import camelize
from rest_framework import serializers

from apps.api.http.problems import CONTENT_TYPE, PROBLEM_CODE_BY_STATUS, PROBLEMS
from apps.formats.catalogue import FORMATS, WRITERS

OpenApiObject = dict[str, Any]

FieldChange: Any = type(
    inline_serializer(
        "FieldChange",
        {
            "field": serializers.CharField(help_text="A key of the document."),
            "from": serializers.JSONField(allow_null=True),
            "to": serializers.JSONField(allow_null=True),
        },
    )
)
PROBLEM_SERIALIZER = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="Address of the page that explains the problem."),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "instance": serializers.CharField(help_text="The path that was asked for."),
        "errors": inline_serializer(
            "ProblemError",
            {
                "parameter": serializers.CharField(
                    required=False, help_text="Of what is wrong with the query: which parameter."
                ),
                "pointer": serializers.CharField(
                    required=False, help_text="... with the body: where, by RFC 6901, from 0."
                ),
                "detail": serializers.CharField(),
                "code": serializers.CharField(),
                "allowed": serializers.ListField(child=serializers.CharField(), required=False),
                "suggestions": serializers.ListField(
                    child=serializers.CharField(), required=False, help_text="Perhaps meant."
                ),
            },
            many=True,
            required=False,
        ),
        "revision": serializers.IntegerField(
            required=False, help_text="The revision that last changed the record, or took it away."
        ),
        "history": serializers.URLField(required=False, help_text="... and where its history is."),
        "changes": FieldChange(
            many=True,
            required=False,
            help_text="Of a record that is no longer as it was read: what differs.",
        ),
        "retracted_at": serializers.DateTimeField(required=False),
        "merged_at": serializers.DateTimeField(required=False),
        "into": serializers.CharField(
            required=False, help_text="The slug of the record that remains after a merge."
        ),
    },
)
ETAG_HEADER = {
    "description": "Names this state of the answer; send it back in If-None-Match.",
    "required": True,
    "schema": {"type": "string", "pattern": '^(W/)?"[^"]+"$'},
}
LINK_HEADER = {
    "description": "The pages beside this one (RFC 8288), if there are any.",
    "schema": {"type": "string"},
}
LEFT_OUT_HEADER = {
    "description": "In another form than JSON: what `left_out` says in JSON, as JSON.",
    "schema": {"type": "string"},
}
LOCATION_HEADER = {
    "description": "The record into which this one was merged.",
    "required": True,
    "schema": {"type": "string", "format": "uri"},
}
RETRY_AFTER_HEADER = {
    "description": "Seconds to wait.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}
IF_NONE_MATCH_PARAMETER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that the client holds: 304 if it is what it would get.",
    "schema": {"type": "string"},
}
NOT_MODIFIED_ANSWER = {"description": "What the client holds is what it would get."}
MERGED_TEXT = "The record was merged into another, where Location leads."


def content_by_media_type() -> dict[str, OpenApiObject]:
    """The content of an answer in each form but JSON, by media type."""
    forms = (FORMATS[name] for name in WRITERS)
    return {form.media_type.partition(";")[0]: {"schema": form.schema} for form in forms}


def reader_problem_statuses(is_one_record: bool, has_path: bool, asks_who: bool) -> Iterator[int]:
    """The statuses of the problems that a reader may meet at an address."""
    yield from (400, 406, 414, 429)
    if has_path:
        yield 404
    if is_one_record:
        yield from (308, 410)
    if asks_who:
        yield 401


def response_component_name(status: int) -> str:
    """What an answer that is no data is called."""
    # Of 400 there are several kinds, so that none of them gives the name.
    codes = {**PROBLEM_CODE_BY_STATUS, 304: "not-modified", 308: "merged", 400: "bad-request"}
    return camelize(codes[status].replace("-", "_"))


def describe_problem_answer(status: int, problem: OpenApiObject) -> OpenApiObject:
    """The description of a problem, whose body `problem` describes."""
    text = MERGED_TEXT if status == 308 else PROBLEMS[PROBLEM_CODE_BY_STATUS[status]].meaning
    wait = {"Retry-After": RETRY_AFTER_HEADER}
    headers = {308: {"Location": LOCATION_HEADER}, 429: wait, 503: wait}.get(status)
    more = {"headers": headers} if headers else {}
    return {"description": text, **more, "content": {CONTENT_TYPE: {"schema": problem}}}

"""If-Match: a change names the state that it changes, so that nobody's work is lost."""

import re
from typing import Any

import orjson
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.api.http.etags import ENCODING_SUFFIX
from apps.core.models import Record
from apps.documents.differences import differences_as_json, find_differences
from apps.ledger.models import Version

# As api/http/etags.py writes it, or as a server in front of us that compresses makes it.
RECORD_ETAG_PATTERN = re.compile(rf'(?:W/)?"(\d{{1,15}})-[0-9a-f]+(?:{ENCODING_SUFFIX})?"')


class PreconditionRequired(APIException):
    """If-Match is missing, or names no one state: `*`, several, that of a list."""

    status_code = 428
    default_detail = (
        "Send in If-Match the ETag with which GET answered the whole record, and no other:"
        " neither * nor that of a list or of a part."
    )


class PreconditionFailed(APIException):
    """The record is no longer as the writer saw it."""

    status_code = 412

    def __init__(self, record: Record, seen: int) -> None:
        self.more = {"revision": record.revision, "changes": changes_since(record, seen)}
        super().__init__(f"The record is of revision {record.revision} now, not {seen}.")


def lock_if_match(request: Request, model: type[Record], slug: str) -> Record:
    """The published record, locked until the transaction ends, if it is as If-Match says.

    Raises:
        Http404, PreconditionRequired, PreconditionFailed
    """
    rows: Any = model.objects
    record: Record | None = (
        rows.published().select_for_update(no_key=True).filter(slug=slug).first()
    )
    if record is None:
        raise Http404
    named = RECORD_ETAG_PATTERN.fullmatch(request.headers.get("If-Match", "").strip())
    if named is None:
        raise PreconditionRequired
    if int(named.group(1)) != record.revision:
        raise PreconditionFailed(record, int(named.group(1)))
    return record


def changes_since(record: Record, seen: int) -> list[dict[str, Any]]:
    """The fields that differ between what the writer saw and what stands now."""
    versions = Version.objects.for_record(record).public().filter(revision__number=seen)
    text = versions.values_list("document", flat=True).first()
    if text is None:
        return []  # no reader ever saw it
    return differences_as_json(
        find_differences(orjson.loads(text), orjson.loads(record.document or "{}"))
    )

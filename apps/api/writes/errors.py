"""Faults of documents as errors of a body: where, why, what is allowed, what was perhaps meant."""

import re
from collections.abc import Iterable
from typing import Any

import orjson

from apps.api.http.problems import MAX_ALLOWED_SHOWN, DocumentError, InvalidDocument, ParameterError
from apps.core.models import Record
from apps.core.spelling import suggested_words
from apps.documents.faults import Fault
from apps.documents.publishing import REASON_MISSING
from apps.documents.serializers import document_reader

PATH_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|\[\d+\]|[^.\[\]"]+')  # of a fault's path


def invalid_document_problem(
    model: type[Record], faults: Iterable[Fault], places: dict[str, str]
) -> InvalidDocument:
    """The problem with all faults; `places` are the pointers to the documents of a list by slug."""
    return InvalidDocument([fault_as_error(model, fault, places) for fault in faults])


def fault_as_error(
    model: type[Record], fault: Fault, places: dict[str, str]
) -> DocumentError | ParameterError:
    """A fault as an error; a reason that is missing belongs into the query."""
    if fault.path == "reason" and fault.reason == REASON_MISSING:
        return ParameterError("reason", REASON_MISSING, "required")
    code = getattr(fault.reason, "code", "invalid")
    steps = PATH_STEP.findall(fault.path)
    return DocumentError(
        (fault.where or places.get(fault.slug, "")) + "".join(map(pointer_token, steps)),
        str(fault.reason),
        code,
        allowed_words(model, steps, code)[:MAX_ALLOWED_SHOWN],
        suggested_words(fault.reason),
    )


def pointer_token(step: str) -> str:
    """A step of a path as one of a JSON Pointer, which counts from 0."""
    if step.startswith("["):
        return f"/{int(step[1:-1]) - 1}"
    name = orjson.loads(step) if step.startswith('"') else step
    return "/" + name.replace("~", "~0").replace("/", "~1")


def allowed_words(model: type[Record], steps: list[str], code: str) -> list[str]:
    """The words that a place takes, or the keys, where another word or key stands."""
    mapping: Any = None
    field: Any = document_reader(model)
    for step in steps:
        if step.startswith("["):
            field = getattr(field, "child", None)
        else:
            mapping, field = field, getattr(field, "fields", {}).get(step)
    if code == "invalid_choice":
        return [str(choice) for choice in getattr(field, "choices", ())]
    if code == "unknown" and field is None:
        return list(getattr(mapping, "fields", ()))
    return []

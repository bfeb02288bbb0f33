"""Bodies of requests: JSON as its standard has it, every doubtful text refused."""

import json
import re
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")  # as text it can only be escaped


class TooLargeError(APIException):
    """The body is longer than any write needs."""

    status_code = 413
    default_detail = "The body is larger than this address takes."


class StrictJSONParser(JSONParser):
    """UTF-8 JSON whose keys stand once, without NaN, NUL, lone surrogates and endless nesting."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.IMPORT_MAX_BYTES + 1)
        if len(raw) > settings.IMPORT_MAX_BYTES:
            raise TooLargeError
        if NUL.search(raw):
            raise ParseError("The character U+0000 stands in the body.")
        try:
            orjson.loads(raw)  # stricter than Python's own reader, which then looks at the keys
            return json.loads(raw, object_pairs_hook=once, parse_float=str)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"Not JSON, at {where}: {error.msg}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping whose keys stand once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ParseError(f"The key “{twice[:100]}” stands twice.")
    return found

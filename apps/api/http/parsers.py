"""Bodies of requests: JSON as its standard has it, every doubtful text refused."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from apps.formats.strict_json import NotStrictError, decode


class BodyTooLargeError(APIException):
    """The body is longer than any write needs."""

    status_code = 413
    default_detail = "The body is larger than this address takes."


class StrictJSONParser(JSONParser):
    """UTF-8 JSON whose keys stand once, without NaN, NUL, lone surrogates and endless nesting."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(settings.IMPORT_MAX_BYTES + 1)
        if len(raw) > settings.IMPORT_MAX_BYTES:
            raise BodyTooLargeError
        try:
            return decode(raw, "body")
        except NotStrictError as error:
            raise ParseError(str(error)) from error

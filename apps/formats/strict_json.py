"""Strict JSON: how every text of JSON is read that comes from outside, a request's or a file's."""

import json
from typing import Any

import orjson

NUL = b"\\u0000"  # as text it can only be escaped
BACKSLASH = rb"\\"


class NotStrictError(ValueError):
    """Text that is no JSON, or JSON that no document has: why, and where if that is known."""


def decode(raw: bytes, whole: str, first_line: int = 1) -> Any:
    """The value of a JSON text in UTF-8 whose keys stand once.

    There is no NaN, NUL, lone surrogate or endless nesting in it. A number with a fraction or an
    exponent comes as its text, digit by digit.

    Args:
        whole: what the text is called where it is refused, such as `body`.
        first_line: the number of its first line.

    Raises:
        NotStrictError: it is not like that.
    """
    if NUL in raw and NUL in raw.replace(BACKSLASH, b""):
        raise NotStrictError(f"The character U+0000 stands in the {whole}.")
    try:
        orjson.loads(raw)  # stricter than Python's own reader, which then looks at the keys
        return json.loads(raw, object_pairs_hook=mapping_of_pairs, parse_float=str)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno + first_line - 1}, column {error.colno}"
        raise NotStrictError(f"Not JSON, at {where}: {error.msg}.") from error
    except RecursionError as error:
        raise NotStrictError(f"The {whole} is nested too deeply.") from error


def mapping_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping whose keys stand once."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotStrictError(f"The key “{key[:100]}” stands twice.")
            seen.add(key)
    return mapping

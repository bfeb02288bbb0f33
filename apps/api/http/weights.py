"""Headers in which a client weighs what it takes: Accept, Accept-Encoding (RFC 9110, 12.4.2)."""

import re
from collections.abc import Iterator

MAX_VALUES = 64  # that are read
WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def weighed_values(header: str) -> Iterator[tuple[str, float]]:
    """Each value in lower case with its weight, from 0 to 1; one that has none weighs 1.

    Other parameters of a value are dropped; a weight that is none is taken for 1.
    """
    for part in header.lower().split(",", MAX_VALUES)[:MAX_VALUES]:
        value, *parameters = (piece.strip() for piece in part.split(";"))
        if value:
            matches = filter(None, map(WEIGHT.fullmatch, parameters))
            yield value, float(next((match.group(1) for match in matches), "1"))


def media_weight(media_type: str, weights: dict[str, float]) -> float:
    """How much a media type weighs in an Accept: by the narrowest range that holds it."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)

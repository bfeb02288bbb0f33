"""JSON and NDJSON files: documents as the API answers them, each key once."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from apps.formats.contents import MAX_CELL, MAX_ROWS, Contents, FileRefusedError, Row, RowFault

SPACE = re.compile(r"[ \t\r\n]*")
MAX_DEPTH = 32
MAX_DIGITS = 30
MAX_VALUES = 3_000_000  # lists, mappings and their entries, counted by their signs
NO_LIST = "A JSON file is a list of documents, or an answer of the API with its results."


class Strict:
    """Decodes JSON; notes what JSON allows and no document has."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self.mapping, parse_int=self.whole, parse_constant=self.no_number
        )

    def mapping(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            self.faults.append(f"The key “{twice[:100]}” stands twice.")
        return found

    def whole(self, digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            self.faults.append(f"A number has {len(digits):,} digits.")
            return 0
        return int(digits)

    def no_number(self, word: str) -> None:
        self.faults.append(f"{word} is no number.")

    def decode(self, text: str, start: int = 0) -> tuple[Any, int, list[str]]:
        """The value that begins at `start`, where it ends, and what is wrong with it.

        Raises:
            ValueError: this is no JSON.
        """
        self.faults = []
        try:
            value, end = self.decoder.raw_decode(text, start)
            self.faults += wrong(value)
        except RecursionError:
            raise ValueError(f"Nested more than {MAX_DEPTH} deep.") from None
        return value, end, self.faults


def wrong(value: Any, depth: int = 0) -> Iterator[str]:
    """What no document has and no database takes."""
    if depth > MAX_DEPTH:
        yield f"Nested more than {MAX_DEPTH} deep."
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from wrong(key, depth)
            yield from wrong(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from wrong(inner, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        yield "A number is too large."
    elif isinstance(value, str):
        yield from wrong_text(value)


def wrong_text(text: str) -> Iterator[str]:
    """What is wrong with a text."""
    if len(text) > MAX_CELL:
        yield f"A text has more than {MAX_CELL:,} characters."
    if "\0" in text:
        yield "A text has the character NUL in it."
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "A text has half a character in it (a surrogate)."


def read(file: IO[bytes], is_lines: bool) -> Contents:
    """The documents of a file in UTF-8 that was looked at already (sniffing.py)."""
    content = file.read().removeprefix(b"\xef\xbb\xbf")
    if sum(content.count(sign) for sign in (b"[", b"{", b",")) > MAX_VALUES:
        raise FileRefusedError(f"The file has more than {MAX_VALUES:,} values: split it.")
    found = Contents()
    for number, value, faults in lines(content) if is_lines else listed(content.decode()):
        if not faults and not isinstance(value, dict):
            faults = ["A document is a mapping of keys to values."]
        found.faults += (RowFault(number, "", reason) for reason in faults)
        # What is wrong is not kept: it may be what no database takes.
        document = value if not faults else slug_of(value)
        revision = document.get("revision")
        found.add(Row(number, document, revision if isinstance(revision, int) else None))
    if not found.rows:
        raise FileRefusedError("The file has no documents.")
    return found


def slug_of(value: Any) -> dict[str, Any]:
    """The slug alone of what is otherwise wrong, so that the fault can be found by it."""
    slug = value.get("slug") if isinstance(value, dict) else None
    return {"slug": slug} if isinstance(slug, str) and slug.isascii() and len(slug) < 200 else {}


def lines(content: bytes) -> Iterator[tuple[int, Any, list[str]]]:
    """The document of each line; a line that is no JSON leaves the others as they are."""
    strict = Strict()
    for number, line in enumerate(content.split(b"\n"), start=1):
        text = line.decode().strip()
        if text:
            try:
                value, end, faults = strict.decode(text)
                if end < len(text):
                    faults = [f"Something stands after the document, at character {end + 1}."]
            except ValueError as error:
                value, faults = None, [f"No JSON: {reason(error)}"]
            yield number, value, faults


def listed(text: str) -> Iterator[tuple[int, Any, list[str]]]:
    """The documents of a list, one by one."""
    strict = Strict()
    position = after_space(text, 0)
    if text[position] == "{":
        yield from answered(strict, text, position)
        return
    position, number = after_space(text, position + 1), 0
    while text[position : position + 1] != "]":
        number += 1
        value, position, faults = decoded(strict, text, position, number)
        yield number, value, faults
        position = after_space(text, position)
        if text[position : position + 1] == ",":
            position = after_space(text, position + 1)
            if text[position : position + 1] == "]":
                raise FileRefusedError(f"A comma stands after the last document, {number}.")
        elif text[position : position + 1] != "]":
            raise FileRefusedError(f"The list breaks off after document {number}: is it cut off?")
    check_end(text, position + 1)


def answered(strict: Strict, text: str, start: int) -> Iterator[tuple[int, Any, list[str]]]:
    """The documents of an answer of the API."""
    try:
        answer, end, faults = strict.decode(text, start)
    except ValueError as error:
        raise FileRefusedError(f"No JSON: {reason(error)}") from error
    check_end(text, end)
    results = answer.get("results")
    if not isinstance(results, list) or faults:
        raise FileRefusedError(*(dict.fromkeys(faults) or [NO_LIST]))
    for number, value in enumerate(results[: MAX_ROWS + 1], start=1):
        yield number, value, []


def decoded(strict: Strict, text: str, position: int, number: int) -> tuple[Any, int, list[str]]:
    """The document at a position of a list."""
    try:
        return strict.decode(text, position)
    except ValueError as error:
        why = "the file ends: is it cut off?" if position >= len(text) else reason(error)
        raise FileRefusedError(f"Document {number}: no JSON: {why}") from error


def check_end(text: str, position: int) -> None:
    """Refuse what comes after the end."""
    if after_space(text, position) < len(text):
        raise FileRefusedError("Something stands after the end of the list.")


def after_space(text: str, position: int) -> int:
    """Where the next sign stands."""
    found = SPACE.match(text, position)
    return found.end() if found else position


def reason(error: ValueError) -> str:
    """Why something is no JSON, and where."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, character {error.colno})."
    return str(error)

"""Files of documents: what one is, by its name and by its bytes, and then what it says.

What does not fit is refused before it is parsed. For that a file is read through once, in pieces,
so that its size does not matter to the memory.
"""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import IO, NamedTuple

from django.conf import settings

from apps.core.spelling import did_you_mean
from apps.documents.serializers import RecordSerializer
from apps.formats.catalogue import FORMATS, READERS
from apps.formats.contents import FileContents, FileRefusedError
from apps.formats.format import Bytes

PIECE_BYTES = 1024 * 1024
# What the first bytes tell; the marks of UTF-32 before those of UTF-16, with which they begin.
FILE_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive, such as a workbook (.xlsx)",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old or encrypted workbook (.xls): save it as .xlsx, without password",
    b"\x1f\x8b": "compressed (gzip): unpack it",
    b"%PDF": "a PDF",
    b"\xff\xfe\x00\x00": "UTF-32 text: save it as UTF-8",
    b"\x00\x00\xfe\xff": "UTF-32 text: save it as UTF-8",
    b"\xff\xfe": "UTF-16 text: save it as UTF-8",
    b"\xfe\xff": "UTF-16 text: save it as UTF-8",
}
ZIP_SIGNATURE = b"PK\x03\x04"


@dataclass(frozen=True)
class FileOfDocuments:
    """A file that could be read."""

    name: str
    sha256: str
    size: int
    contents: FileContents


def read_file(file: IO[bytes], name: str, serializer: RecordSerializer) -> FileOfDocuments:
    """Read a file of documents of one type.

    Raises:
        FileRefusedError: with every reason.
    """
    name = PurePath(name).name[:200]
    form, digest, size = sniff_file(file, name, settings.IMPORT_MAX_BYTES)
    return FileOfDocuments(name, digest, size, READERS[form](file, serializer))


class SniffedFile(NamedTuple):
    """A file that is what its name says."""

    format: str  # one of READERS
    sha256: str
    size: int


def sniff_file(file: IO[bytes], name: str, most: int) -> SniffedFile:
    """Which of the formats that are read the file is; it is left at its beginning.

    Raises:
        FileRefusedError: it is too large, empty, not what its name says, or not UTF-8.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > most:
        raise FileRefusedError(f"The file has {size:,} bytes; at most {most:,} are taken.")
    if not size:
        raise FileRefusedError("The file is empty.")
    form = format_by_name(name)
    check_beginning(form, file.read(512))
    file.seek(0)
    digest = sha256()
    pieces = read_and_digest(file, digest)
    if FORMATS[form].holds == Bytes.ZIP:
        for _ in pieces:
            pass
    else:
        check_text(pieces)
    file.seek(0)
    return SniffedFile(form, digest.hexdigest(), size)


def format_by_name(name: str) -> str:
    """The format that the end of a file's name says."""
    ending = PurePath(name).suffix.removeprefix(".").lower()
    if ending == "xlsm":
        raise FileRefusedError("A workbook with macros (.xlsm) is not taken: save it as .xlsx.")
    if ending not in READERS:
        known = ", ".join(f".{name}" for name in READERS)
        hint = did_you_mean(ending, READERS)
        raise FileRefusedError(f"The name ends with “.{ending[:20]}”; taken are {known}.{hint}")
    return ending


def check_beginning(form: str, head: bytes) -> None:
    """Refuse a file that begins as another kind of file does."""
    marked = next((what for mark, what in FILE_SIGNATURES.items() if head.startswith(mark)), "")
    if FORMATS[form].holds == Bytes.ZIP:
        if not head.startswith(ZIP_SIGNATURE):
            marked = marked or "no ZIP"
            raise FileRefusedError(f"The name ends with .{form}, but this is {marked}.")
        return
    if marked:
        raise FileRefusedError(f"The name ends with .{form}, but this is {marked}.")
    pairs = len(head) // 2
    if pairs >= 2 and head.count(0) >= pairs - pairs // 4:
        raise FileRefusedError("This is UTF-16 text without a mark: save it as UTF-8.")
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    if is_json != (FORMATS[form].holds == Bytes.JSON):
        what = "JSON" if is_json else "no JSON"
        raise FileRefusedError(f"The name ends with .{form}, but this is {what}.")


def read_and_digest(file: IO[bytes], digest: "sha256") -> Iterator[bytes]:  # type: ignore[valid-type]
    """A file in pieces, each of which goes into the digest."""
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)  # type: ignore[attr-defined]
        yield piece


def check_text(pieces: Iterator[bytes]) -> None:
    """Refuse what is not UTF-8, or has the character NUL in it; name the line."""
    decoder = getincrementaldecoder("utf-8")()
    line = 1
    try:
        for piece in pieces:
            text = decoder.decode(piece)
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                raise FileRefusedError(f"The character NUL stands in line {line}.")
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise FileRefusedError(_encoding_fault(error, line)) from error


def _encoding_fault(error: UnicodeDecodeError, line: int) -> str:
    line += error.object[: error.start].count(b"\n")
    byte = error.object[error.start]
    if error.reason == "unexpected end of data":
        return f"The file ends in the middle of a character, in line {line}: it is cut off."
    return (
        f"This is not UTF-8: byte 0x{byte:02X} in line {line}. It may be Latin-1 (Windows-1252):"
        " save it as UTF-8."
    )

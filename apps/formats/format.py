"""What a format is: all that its one file declares."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, Any, Protocol

from apps.core.models import Record
from apps.documents.serializers import RecordSerializer
from apps.formats.contents import FileContents

PIECE = 64 * 1024  # bytes that are sent at once
Documents = Iterable[dict[str, Any]]
Names = Collection[str] | None


@dataclass(frozen=True)
class Origin:
    """Where an answer comes from, for a file that outlives its address.

    Args:
        address: the query, whole.
        revision: of the dataset; None: the newest of the records that are in it.
        left_out: what the query passed over, in words.
    """

    address: str = ""
    revision: int | None = None
    left_out: str = ""


UNKNOWN_ORIGIN = Origin()


def pieces_of_file(file: IO[bytes]) -> Iterator[bytes]:
    """A file in pieces; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


class WholeFile:
    """The pieces of a file that is there as a whole, so that its size in bytes is known."""

    def __init__(self, file: IO[bytes]) -> None:
        self.size = file.seek(0, 2)
        file.seek(0)
        self.close = file.close
        self.pieces = pieces_of_file(file)

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def __next__(self) -> bytes:
        return next(self.pieces)


class Write(Protocol):
    """Writes parsed documents of one type, or of each only the keys `names`, in small pieces.

    `raw` leaves texts as they are that a spreadsheet would run as formulas. `origin` is for formats
    that say where they come from.

    Raises:
        ValueError: at once, when the format cannot hold so many.
    """

    def __call__(
        self,
        serializer: RecordSerializer,
        documents: Documents,
        names: Names = None,
        raw: bool = False,
        origin: Origin = UNKNOWN_ORIGIN,
    ) -> Iterator[bytes]: ...


class Read(Protocol):
    """Reads the documents of one type in a file that was looked at already (files.py).

    Raises:
        FileRefusedError: with every reason.
    """

    def __call__(self, file: IO[bytes], serializer: RecordSerializer) -> FileContents: ...


class Bytes(Enum):
    """What a file of a format is to whoever has not read it yet."""

    TEXT = "text in UTF-8"
    JSON = "JSON"
    ZIP = "a ZIP archive"


@dataclass(frozen=True)
class Format:
    """A form of answers and of files; its name is that of `format=` and the end of a file's name.

    Args:
        media_type: with the charset, as answers say it.
        write: None of JSON alone, whose answers are pages of stored documents.
        schema: of an answer, for OpenAPI.
        is_attachment: whether a browser saves it rather than show it.
        nests: whether its documents may hold other records (`expand`).
        read: None if it cannot be imported.
        holds: what its files are.
        serves: whether records of a type can be answered in it.
        lacking: what the other types lack, in words.
    """

    name: str
    media_type: str
    write: Write | None
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_attachment: bool = False
    nests: bool = False
    read: Read | None = None
    holds: Bytes = Bytes.TEXT
    serves: Callable[[type[Record]], bool] = lambda model: True
    lacking: str = ""

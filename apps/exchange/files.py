"""Files of documents, whatever their form."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings

from apps.core.models import Record
from apps.documents.serializers import serializer_class
from apps.exchange.models import Batch
from apps.formats.catalogue import READERS
from apps.formats.contents import FileContents
from apps.formats.sniffing import sniff_file


@dataclass(frozen=True)
class ReceivedFile:
    """A file that could be read."""

    name: str
    sha256: str
    size: int
    contents: FileContents

    def batch(self, model: type[Record], user: Any) -> Batch:
        """The batch of it, not yet planned."""
        return Batch(
            name=self.name,
            sha256=self.sha256,
            size=self.size,
            type=model.endpoint(),
            user=user,
            contents=self.contents.dump(),
        )


def receive_file(file: IO[bytes], name: str, model: type[Record]) -> ReceivedFile:
    """Read a file of documents of one type.

    Raises:
        FileRefusedError: with every reason.
    """
    plain = PurePath(name).name[:200]
    form, sha256, size = sniff_file(file, plain, settings.IMPORT_MAX_BYTES)
    contents = READERS[form](file, serializer_class(model)())
    return ReceivedFile(plain, sha256, size, contents)

"""A document on its way in."""

from dataclasses import dataclass
from typing import Any

from apps.core.models import Record


@dataclass(frozen=True)
class IncomingDocument:
    """A document, as it was given, and the type of record that it is to become."""

    model: type[Record]
    data: Any
    where: str = ""

    @property
    def slug(self) -> str:
        slug = self.data.get("slug") if isinstance(self.data, dict) else None
        return slug if isinstance(slug, str) else ""

"""References found while one types: by any name in any script, told apart by kind and time."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from apps.core.fields import EdtfField
from apps.core.models import Record


class RecordAutocomplete(AutocompleteJsonView):
    """The admin's own, with more than a name to tell two records apart."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return result | {"text": described(obj)} if isinstance(obj, Record) else result


def described(record: Record) -> str:
    """`Dushanbe — city, TJ` or `Collective Security Treaty Organization — …, 1992`."""
    known = [str(getattr(record, name)) for name in ("kind", "country") if has(record, name)]
    dated = (f.name for f in record._meta.fields if isinstance(f, EdtfField))
    date = next((str(getattr(record, name)) for name in dated if has(record, name)), None)
    draft = "draft" if record.publication == Record.Publication.DRAFT else None
    more = ", ".join(filter(None, [*(word.replace("_", " ") for word in known), date, draft]))
    return f"{record} — {more}" if more else str(record)


def has(record: Record, name: str) -> bool:
    """Whether the record has a value of this name."""
    return bool(getattr(record, name, None))

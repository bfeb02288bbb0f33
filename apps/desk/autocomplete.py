"""References found while one types: by any name in any script, told apart by kind and time."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Case, Model, Value, When
from django.db.models.functions import Length

from apps.core.fields import EdtfField
from apps.core.models import Record
from apps.core.querysets import MAX_CALLED, RecordQuerySet
from apps.core.texts import text_condition


class RecordAutocomplete(AutocompleteJsonView):
    """The admin's own, with more than a name to tell two records apart, the likeliest first."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        term = self.term.strip()
        return order_by_nearness(rows, term) if term and issubclass(rows.model, Record) else rows

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return result | {"text": label_with_details(obj)} if isinstance(obj, Record) else result


def order_by_nearness(records: RecordQuerySet, term: str) -> RecordQuerySet:
    """Those called just what was typed, then those whose name begins with it, then the others."""
    model: Any = records.model
    label = model.label_field
    called = model._default_manager.called(term).order_by().values_list("pk", flat=True)
    nearness = Case(
        When(pk__in=list(called[:MAX_CALLED]), then=0),
        When(text_condition(label, "startswith", term), then=1),
        default=Value(2),
    )
    return records.order_by(nearness, Length(label), "slug")


def label_with_details(record: Record) -> str:
    """`Dushanbe — city, TJ` or `Collective Security Treaty Organization — …, 1992`."""
    known = [str(getattr(record, name)) for name in record.choice_hints if has_value(record, name)]
    dated = (f.name for f in record._meta.fields if isinstance(f, EdtfField))
    date = next((str(getattr(record, name)) for name in dated if has_value(record, name)), None)
    draft = "draft" if record.publication == Record.Publication.DRAFT else None
    more = ", ".join(filter(None, [*(word.replace("_", " ") for word in known), date, draft]))
    return f"{record} — {more}" if more else str(record)


def has_value(record: Record, name: str) -> bool:
    """Whether the record has a value of this name."""
    return bool(getattr(record, name, None))

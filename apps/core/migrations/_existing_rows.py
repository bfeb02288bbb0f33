"""What a migration does for rows that were there before their columns."""

from collections.abc import Callable
from typing import Any

from django.apps import apps as current_apps


def fill_in_held_days(label: str) -> Callable[[Any, object], None]:
    """An operation that finds out when the published records of a type hold.

    The declaration is today's; it is read on the rows of then, which have the columns that it
    names. The documents follow by `check_documents --rebuild`, as after each change of their shape.
    """

    def fill_in(apps: Any, schema_editor: object) -> None:
        today: Any = current_apps.get_model(label)
        field: Any = today.holding
        records = apps.get_model(label)._default_manager.filter(document__isnull=False)
        citation = apps.get_model(today.parts()["citations"]._meta.label)
        citation.attested_days = today.parts()["citations"].attested_days
        for record in records.prefetch_related("citations__article").iterator(chunk_size=500):
            values = field.column_values(field.find_days(record))
            as_text = {field.name: field.get_prep_value(values[field.name])}
            records.filter(pk=record.pk).update(**values | as_text)

    return fill_in

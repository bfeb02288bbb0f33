"""What a migration does for rows that were there before their columns."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps as current_apps

from apps.core.texts import BytewiseTextField

ROWS_AT_A_TIME = 100  # of a table with eight columns: SQLite takes 999 parameters a query


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


def fill_in_text_columns(app_label: str) -> Callable[[Any, object], None]:
    """An operation that fills what stands beside each text in the tables of an app."""

    def fill_in(apps: Any, schema_editor: object) -> None:
        for model in apps.get_app_config(app_label).get_models():
            names = [f.name for f in model._meta.fields if type(f) is BytewiseTextField]
            today: Any = current_apps.get_model(app_label, model.__name__)
            derived = [today._meta.get_field(name) for name in names]
            rows = model._default_manager.only("pk", *{field.source for field in derived})
            for some in batched_rows(rows.order_by("pk")) if derived else ():
                for row in some:
                    for field in derived:
                        text = getattr(row, field.source)
                        setattr(row, field.name, None if text is None else field.derive(text))
                model._default_manager.bulk_update(some, names, batch_size=ROWS_AT_A_TIME)

    return fill_in


def batched_rows(rows: Any) -> Iterator[list[Any]]:
    """Rows of a query, some hundred at a time; what is written meanwhile does not disturb."""
    last = 0
    while some := list(rows.filter(pk__gt=last)[:ROWS_AT_A_TIME]):
        yield some
        last = some[-1].pk


def fill_in_countries(
    label: str, places: str, states: dict[str, Any] | None = None
) -> Callable[[Any, object], None]:
    """An operation that finds in which countries the published records of a type lie.

    Args:
        label: the type.
        places: the path to the places that a record names.
        states: which participants are states that it leads through, as look-ups.
    """

    def fill_in(apps: Any, schema_editor: object) -> None:
        rows = apps.get_model("places.Place")._default_manager.values_list(
            *("pk", "country", "part_of")
        )
        known = {pk: (country, around) for pk, country, around in rows}

        def country_around(place: int | None) -> str | None:
            passed = set()
            while place in known and place not in passed and not known[place][0]:
                passed.add(place)
                place = known[place][1]
            return known[place][0] if place in known else None

        records = apps.get_model(label)._default_manager.filter(document__isnull=False).order_by()
        codes: dict[int, set[Any]] = {}
        for pk, place in records.values_list("pk", places):
            codes.setdefault(pk, set()).add(country_around(place))
        if states:
            on_the_way = records.filter(**states).values_list("pk", "participants__actor__country")
            for pk, country in on_the_way:
                codes[pk].add(country)
        for pk, its_own in codes.items():
            records.filter(pk=pk).update(countries=sorted(its_own - {None}))

    return fill_in

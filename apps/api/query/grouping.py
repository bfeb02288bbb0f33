"""By what records are counted: words, references, yes or no, countries, years.

A name is a key of the document (`status`), a key of a list's entries (`parties.role`), or the year
of a date (`signed_year` of `signed_on`). In a list each record counts once under each of its
values, and under null if it has none. A date counts for a year if all of its days lie in it, sure
(`2024-05`) or not (`2024?`); else its year is null, and `n_imprecise` says how many such records
are among those that null counts.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

from django.db import models
from django.db.models import Count, F, QuerySet
from django.db.models.functions import ExtractYear

from apps.api.http.problems import ParameterError, unknown_word_error
from apps.api.query.values import any_of, names_schema
from apps.core.fields import EdtfField, WordListField
from apps.core.models import Record
from apps.documents.serializers import serializer_class

ROWS_PER_FETCH = 1000  # rows that are fetched at a time while a long answer is streamed
GROUP_VALUE_SCHEMA = {
    "title": "GroupValue",
    "nullable": True,
    "oneOf": [{"type": "string"}, {"type": "boolean"}, {"type": "integer"}],
    "description": "A word, slug, yes or no, or year; null: not known, or none in the list.",
}

PK_ALIAS = "of_pk"
GroupedRow = dict[str, Any]
RowReader = Callable[[GroupedRow], list[Any]]
GroupKey = tuple[Any, ...]


class Grouping:
    """By what records are counted: the column at `path`, in their own table or in another."""

    is_by_record = False  # whether its rows are those of one record, which comes once in a group

    def __init__(self, name: str, path: str, is_many: bool = False) -> None:
        self.name, self.is_many = name, is_many
        self.alias = f"by_{name.replace('.', '__')}"  # no column of a type begins so
        self.columns: dict[str, Any] = {self.alias: F(path)}

    def row_reader(self, records: QuerySet) -> RowReader:
        """What reads the values of a row; several only of a list."""
        return lambda row: [row[self.alias]]

    def is_imprecise(self, row: GroupedRow) -> bool:
        """Whether there is a value that is too vague to be counted under."""
        return False


class WordListGrouping(Grouping):
    """By the words of a list that one column holds."""

    def row_reader(self, records: QuerySet) -> RowReader:
        return lambda row: row[self.alias] or [None]


class YearGrouping(Grouping):
    """By the year of a date."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        self.ends = first, last = f"{self.alias}_earliest", f"{self.alias}_latest"
        self.columns = {
            first: ExtractYear(f"{path}_earliest"),
            last: ExtractYear(f"{path}_latest"),
        }

    def row_reader(self, records: QuerySet) -> RowReader:
        return lambda row: [None if self.is_imprecise(row) else row[self.ends[0]]]

    def is_imprecise(self, row: GroupedRow) -> bool:
        first, last = self.ends
        return bool(row[first] != row[last])


class Surrounded(Grouping):
    """By a reference to what lies within others: a record counts under each around it, too.

    So it is found by each value under which it counts.
    """

    is_by_record = True

    def __init__(self, name: str, path: str, related: type[Record]) -> None:
        super().__init__(name, f"{path}__slug", is_many=True)
        self.related = related
        self.columns[PK_ALIAS] = F("pk")

    def row_reader(self, records: QuerySet) -> RowReader:
        around = self.related.surrounded_by
        referring = self.related._default_manager.filter(**{f"{around}__isnull": False}).order_by()
        larger = dict(referring.values_list("slug", f"{around}__slug"))

        def read(row: GroupedRow) -> list[Any]:
            values = [row[self.alias]]
            while (slug := larger.get(values[-1])) and slug not in values:
                values.append(slug)
            return values

        return read


@cache
def groupings_by_name(model: type[Record]) -> dict[str, Grouping]:
    """Every name by which the records of a type are counted, in the order of the document."""
    keys = serializer_class(model).Meta.fields
    columns = [field for field in map(model._meta.get_field, keys) if not field.one_to_many]
    groupings = [grouping for field in columns for grouping in groupings_of_field(field)]
    for part, rows in model.parts().items():
        for key in rows.document_fields():
            groupings += groupings_of_field(rows._meta.get_field(key), f"{part}.")
    groupings += [
        WordListGrouping(name, column, is_many=True) for name, column in model.group_aliases.items()
    ]
    return {grouping.name: grouping for grouping in groupings}


def groupings_of_field(field: Any, prefix: str = "") -> Iterator[Grouping]:
    """The grouping by one field, if it has words, yes or no, references or a record's date."""
    name = prefix + field.name
    path = name.replace(".", "__")
    if field.is_relation and field.related_model.surrounded_by:
        yield Surrounded(name, path, field.related_model)
    elif field.is_relation:
        yield Grouping(name, f"{path}__slug", bool(prefix) or field.many_to_many)
    elif isinstance(field, WordListField):
        yield WordListGrouping(name, path, is_many=True)
    elif field.choices or isinstance(field, models.BooleanField):
        yield Grouping(name, path, bool(prefix))
    elif isinstance(field, EdtfField) and not prefix:
        yield YearGrouping(f"{name.removesuffix('_on')}_year", path)


def without_joins(records: QuerySet) -> Any:
    """The same records, each once and free of what found them.

    A filter's own joins would repeat a record, and hide the other entries of its lists.
    """
    return records.model._default_manager.filter(pk__in=records.order_by().values("pk"))


def count_rows(
    records: QuerySet, groups: Iterable[Grouping], columns: dict[str, Any]
) -> Iterator[GroupedRow]:
    """How many records are alike in all columns, as `n_records` of each row; in one query.

    `records` are `without_joins`.
    """
    chosen = [*groups]
    shown = {alias: column for group in chosen for alias, column in group.columns.items()} | columns
    if not shown:
        return iter([{"n_records": records.count()}])
    number = Count("pk", distinct=any(group.is_many for group in chosen))
    rows: Any = records.order_by().values(**shown).annotate(n_records=number)
    return rows.iterator(chunk_size=ROWS_PER_FETCH)


def rows_with_group(
    records: QuerySet, groups: Iterable[Grouping], columns: dict[str, Any]
) -> Iterator[tuple[GroupKey, GroupedRow, bool]]:
    """Rows of `count_rows` with the group in which each counts, and whether vaguely."""
    chosen = [*groups]
    readers = [group.row_reader(records) for group in chosen]
    is_by_record = any(group.is_by_record for group in chosen)
    seen: set[tuple[int, GroupKey]] = set()
    for row in count_rows(records, chosen, columns):
        is_imprecise = any(group.is_imprecise(row) for group in chosen)
        for key in product(*(read(row) for read in readers)):
            if is_by_record:
                if (row[PK_ALIAS], key) in seen:
                    continue
                seen.add((row[PK_ALIAS], key))
            yield key, row, is_imprecise


def group_sort_key(key: GroupKey) -> list[tuple[bool, Any]]:
    """By which groups are sorted: their values in turn, null last."""
    return [(value is None, value or 0) for value in key]


def grouping_name_errors(
    parameter: str, names: list[str], known: Iterable[str], most: int
) -> Iterator[ParameterError]:
    """What is wrong with a list of names."""
    if len(names) > most:
        yield ParameterError(parameter, f"At most {most} names.")
    for name in names[:most]:
        if name not in known:
            yield unknown_word_error(
                parameter, name, known, f"There is no “{name[:50]}” to count by."
            )


def grouping_parameter(parameter: str, model: type[Record], text: str, most: int) -> dict[str, Any]:
    """A parameter that names what to count by, for OpenAPI."""
    schema = names_schema(any_of(groupings_by_name(model)), most)
    return {"name": parameter, "in": "query", "description": text, "schema": schema}

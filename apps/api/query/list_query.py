"""What a query asks of the records of one type: read strictly, every fault of it named at once.

What is not asked for is not made: a list by one filter has no facets and no shape of its own.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.http.problems import InvalidParameters, ParameterError, unknown_word_error
from apps.api.query.aggregates import Aggregation
from apps.api.query.facets import Facets
from apps.api.query.filters import RecordFilterSet
from apps.api.query.grouping import ROWS_PER_FETCH
from apps.api.query.lookups import Condition
from apps.api.query.ordering import BY_SLUG, Ordering, Term
from apps.api.query.pagination import RecordPagination
from apps.api.query.parameters import parameter_error
from apps.api.query.selection import DocumentSelection, format_errors
from apps.api.query.values import misgiven
from apps.core.querysets import RecordQuerySet


class FilterQuery:
    """The filters of a query, and the `records` that meet them all.

    A subclass names the other parameters that it takes, and what is wrong with them.

    Raises:
        InvalidParameters: with every fault of the query.
    """

    parameters: tuple[str, ...] = ()  # beside the filters

    def __init__(
        self, request: Request, records: RecordQuerySet, filterset: type[RecordFilterSet]
    ) -> None:
        self.request, self.params = request, request.query_params
        self.model, self.filterset = records.model, filterset
        self.conditions: dict[str, Condition] = filterset.base_filters
        self.values: dict[str, list[Any]] = {}
        errors = [*self.naming_errors()]
        misnamed = {error.parameter for error in errors}
        errors += self.parameter_errors()
        errors += self.value_errors(misnamed)
        if errors:
            raise InvalidParameters(errors)
        self.records = self.narrow(records)

    def naming_errors(self) -> Iterator[ParameterError]:
        """Parameters that are unknown, blank or repeated."""
        for name, texts in self.params.lists():
            condition = self.conditions.get(name)
            if condition is None and name not in self.parameters:
                known = [*self.conditions, *self.parameters]
                yield unknown_word_error(name, name, known, "Unknown parameter.")
            elif fault := misgiven(name, texts, condition is not None and condition.is_multiple):
                yield fault

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the parameters beside the filters."""
        yield from ()

    def value_errors(self, misnamed: set[str]) -> Iterator[ParameterError]:
        """Read the values of the filters, and say what is wrong with them."""
        asked = [name for name in self.params if name in self.conditions]
        for name in asked:
            if name not in misnamed:
                try:
                    self.values[name] = self.conditions[name].read_values(self.params.getlist(name))
                except ValidationError as error:
                    yield from (parameter_error(name, reason) for reason in error.error_list)
        for name in asked:
            condition = self.conditions[name]
            if condition.beside and condition.beside not in asked:
                yield ParameterError(name, condition.alone)

    def narrow(self, records: RecordQuerySet) -> RecordQuerySet:
        """Apply every filter; those below one list together, on one row of it."""
        rows: dict[str, Q] = {}
        for name, values in self.values.items():
            condition = self.conditions[name]
            if condition.part and not condition.exclude:
                rows[condition.part] = rows.get(condition.part, Q()) & condition.build_q(values)
            elif not condition.beside:
                records = condition.filter(records, values, **self.values_beside(name))
        for part, condition_on_row in rows.items():
            records = records.filter(records.part_condition(part, condition_on_row))
        return records

    def values_beside(self, name: str) -> dict[str, Any]:
        """The values of the parameters that belong to the filter `name`."""
        return {
            other: values[0]
            for other, values in self.values.items()
            if self.conditions[other].beside == name
        }


class ListQuery(FilterQuery):
    """A list: its filters, order, page, shape and facets, and the form of the answer."""

    paginator = RecordPagination()
    parameters = (
        *RecordPagination.parameters,
        *DocumentSelection.parameters,
        *("ordering", "format", "raw"),
        *Facets.parameters,
    )

    def asks_for(self, *names: str) -> bool:
        """Whether the query has any of these parameters."""
        return any(name in self.params for name in names)

    def parameter_errors(self) -> Iterator[ParameterError]:
        yield from self.paginator.parameter_errors(self.request)
        if self.asks_for("ordering"):
            yield from self.ordering.parameter_errors()
        if self.is_shaped:
            yield from self.selection.parameter_errors()
        if self.asks_for("facet"):
            yield from self.facets.parameter_errors(self.format)
        if self.asks_for("format", "raw", "expand"):
            yield from format_errors(self.params)

    def narrow(self, records: RecordQuerySet) -> RecordQuerySet:
        """Apply every filter; leave out what a type's lists leave out unless it is asked for."""
        records = super().narrow(records)
        for field, method in self.filterset.left_out.items():
            if not any(name.startswith(field) for name in self.params):
                records = getattr(records, method)()
        return records

    @property
    def format(self) -> str:
        """The form of the answer."""
        return self.request.accepted_renderer.format

    @property
    def is_shaped(self) -> bool:
        """Whether documents are asked for in another shape than they are stored in."""
        return self.asks_for(*DocumentSelection.parameters)

    @cached_property
    def ordering(self) -> Ordering:
        """The order that is asked for."""
        return Ordering(self.model, self.params.get("ordering", ""), by_rank=self.asks_for("q"))

    @cached_property
    def selection(self) -> DocumentSelection:
        """What of the documents is asked for."""
        return DocumentSelection(self.model, self.params)

    @cached_property
    def facets(self) -> Facets:
        """The facets that are asked for."""
        return Facets(self.model, self.params)

    @cached_property
    def terms(self) -> list[Term]:
        """The columns by which the records stand in their order."""
        return self.ordering.terms() if self.asks_for("ordering", "q") else BY_SLUG

    def stored_documents(self) -> Iterable[str]:
        """The documents of an export: of every record, unless one page is asked for."""
        if self.paginator.is_page_asked_for(self.request):
            return self.paginator.read_page(self.records, self.request, self.terms).documents
        ordered = self.records.order_by(*(term.forwards for term in self.terms))
        return ordered.values_list("document", flat=True).iterator(chunk_size=ROWS_PER_FETCH)

    def page_response(self) -> Response:
        """The page that is asked for, in its envelope."""
        page = self.paginator.read_page(self.records, self.request, self.terms)
        if self.is_shaped:
            page = page._replace(documents=self.selection.select_from_stored(page.documents))
        facets = self.facets.count_facets(self.records) if self.asks_for("facet") else {}
        return self.paginator.page_response(self.records, self.request, page, facets)


class AggregateQuery(FilterQuery):
    """An aggregation of the records that meet the filters."""

    parameters = (*Aggregation.parameters, "format")

    @cached_property
    def aggregation(self) -> Aggregation:
        """What is counted and added."""
        return Aggregation(self.model, self.params)

    def parameter_errors(self) -> Iterator[ParameterError]:
        yield from self.aggregation.parameter_errors()

"""What a query asks of the records of one type: read strictly, every fault of it named at once.

What is not asked for is not made: a list by one filter has no facets and no shape of its own.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.http.problems import (
    MAX_HINTED_WORDS,
    InvalidParameters,
    ParameterError,
    unknown_parameter_errors,
    unknown_word_errors,
)
from apps.api.query.aggregates import Aggregation
from apps.api.query.conditions import (
    UNKNOWN,
    Condition,
    Decision,
    Question,
    ask_of_part,
    bare_name,
    decide_together,
    find_contradictions,
)
from apps.api.query.facets import Facets
from apps.api.query.filters import RecordFilterSet
from apps.api.query.grouping import ROWS_PER_FETCH
from apps.api.query.left_out import (
    AGGREGATES,
    SEVERAL,
    LeftOut,
    also_parameter,
    count_open,
    count_up_to,
    describe_left_out,
    is_brought_in,
)
from apps.api.query.ordering import BY_SLUG, Ordering, Term
from apps.api.query.pagination import FIRST_CURSOR, RecordPagination
from apps.api.query.parameters import PAST, Past, parameter_error
from apps.api.query.selection import CSV_SWITCHES, DocumentSelection, format_errors
from apps.api.query.values import misgiven, split_names
from apps.core.querysets import RecordQuerySet


class FilterQuery:
    """The filters of a query, the records in their `reach`, and the `records` that are answered.

    Of the records in reach those are left out that contain others of them (`wholes`), unless a list
    is asked for them. A subclass names the other parameters that it takes, and what is wrong with
    them.

    Raises:
        InvalidParameters: with every fault of the query.
    """

    parameters: tuple[str, ...] = ("also", *PAST)  # beside the filters

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
        self.open_questions: dict[str, Decision] = {}
        self.reach = self.narrow(records)
        condition = self.reach.containing_condition() if self.leaves_aggregates_out else None
        self.wholes = None if condition is None else self.reach.filter(condition)
        self.records = self.reach if condition is None else self.reach.filter(~condition)

    def naming_errors(self) -> Iterator[ParameterError]:
        """Parameters that are unknown, blank or repeated."""
        unknown = []
        for name, texts in self.params.lists():
            condition = self.conditions.get(name)
            if condition is None and name not in self.parameters:
                unknown.append(name)
            elif name in PAST:
                continue  # they say themselves what is wrong with them
            elif fault := misgiven(name, texts, condition is not None and condition.is_multiple):
                yield fault
        if unknown:
            yield from unknown_parameter_errors(unknown, [*self.conditions, *self.parameters])

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the parameters beside the filters."""
        if "revision" in self.params or "as_of" in self.params:
            yield from Past(self.params).parameter_errors()
        if self.also:
            known = self.filterset.open_reasons()
            yield from unknown_word_errors(
                "also", self.also, known, "Nothing is left out as “{}” here."
            )

    @cached_property
    def also(self) -> list[str]:
        """What is asked for besides, though it is not known whether it meets the filters."""
        return split_names(self.params.get("also", ""))

    @property
    def leaves_aggregates_out(self) -> bool:
        """Whether records are left out that contain others in reach."""
        return True

    def value_errors(self, misnamed: set[str]) -> Iterator[ParameterError]:
        """Read the values of the filters, and say what is wrong with them."""
        asked = [name for name in self.params if name in self.conditions]
        reasons: list[tuple[str, ValidationError]] = []
        for name in asked:
            if name not in misnamed:
                try:
                    self.values[name] = self.conditions[name].read_values(self.params.getlist(name))
                except ValidationError as error:
                    reasons += [(name, reason) for reason in error.error_list]
        for place, (name, reason) in enumerate(reasons):
            yield parameter_error(name, reason, is_hinted=place < MAX_HINTED_WORDS)
        bare_names = {bare_name(name) for name in asked}
        for name in asked:
            condition = self.conditions[name]
            if condition.beside and condition.beside not in bare_names:
                yield ParameterError(name, condition.alone)
        yield from self.contradictions()

    def contradictions(self) -> Iterator[ParameterError]:
        """Ranges within which no value lies."""
        asked = {name: (self.conditions[name], values) for name, values in self.values.items()}
        for first, last in find_contradictions(asked):
            text = "The range is upside down: it ends before it begins."
            if first != last:
                text = f"No value meets this and {first}={self.params[first][:50]}, too."
            yield ParameterError(last, text)

    def narrow(self, records: RecordQuerySet) -> RecordQuerySet:
        """Apply every filter; those below one list together, on one row of it."""
        asked: dict[str, list[Question]] = {}
        rows: dict[str, list[tuple[Condition, list[Any]]]] = {}
        for name, values in self.values.items():
            condition = self.conditions[name]
            if condition.beside:
                continue
            if condition.part and not condition.exclude:
                rows.setdefault(condition.part, []).append((condition, values))
            elif condition.leaves_out:
                question = condition.ask(records, values, self.values_beside(name))
                asked.setdefault(condition.leaves_out, []).append(question)
            else:
                records = condition.filter(records, values, **self.values_beside(name))
        for part, conditions in rows.items():
            question = ask_of_part(records, part, conditions)
            asked.setdefault(f"{UNKNOWN}.{part}", []).append(question)
        return self.narrow_by_questions(records, asked)

    def narrow_by_questions(
        self, records: RecordQuerySet, asked: dict[str, list[Question]]
    ) -> RecordQuerySet:
        """Apply what may leave records out; what `also` asks for comes in, too."""
        for reason, questions in asked.items():
            decision = decide_together([question.decision for question in questions])
            if is_brought_in(reason, self.also):
                records = records.filter(decision.possible)
            else:
                self.open_questions[reason] = decision
        self.decided_records = records
        for reason in self.open_questions:
            for question in asked[reason]:
                records = question.narrow(records)
        return records

    def count_left_out(self, most: int | None) -> LeftOut:
        """What is left out only because something is not known, counted up to `most`."""
        whole = {} if self.wholes is None else {AGGREGATES: count_up_to(self.wholes, most)}
        left = count_open(self.decided_records, self.open_questions, most)
        is_cut = most is not None and max(sum(whole.values()), sum(left.values())) > most
        how = {reason: also_parameter(reason) for reason in left}
        how[SEVERAL] = also_parameter(",".join(reason for reason in left if reason != SEVERAL))
        how[AGGREGATES] = self.way_to_aggregates
        return describe_left_out({**whole, **left}, how, is_cut)

    @property
    def way_to_aggregates(self) -> str:
        """The parameter that asks for the records that contain others."""
        return f"{self.filterset.aggregate_field}=true"

    def values_beside(self, name: str) -> dict[str, Any]:
        """The values of the parameters that belong to the filter `name`."""
        return {
            other: values[0]
            for other, values in self.values.items()
            if self.conditions[other].beside == bare_name(name)
        }


class ListQuery(FilterQuery):
    """A list: its filters, order, page, shape and facets, and the form of the answer."""

    paginator = RecordPagination()
    parameters = (
        *FilterQuery.parameters,
        *RecordPagination.parameters,
        *DocumentSelection.parameters,
        *("ordering", "format", *CSV_SWITCHES),
        *Facets.parameters,
    )

    def asks_for(self, *names: str) -> bool:
        """Whether the query has any of these parameters."""
        return any(name in self.params for name in names)

    def parameter_errors(self) -> Iterator[ParameterError]:
        yield from super().parameter_errors()
        yield from self.paginator.parameter_errors(self.request)
        if self.asks_for("ordering"):
            yield from self.ordering.parameter_errors()
        if self.is_shaped:
            yield from self.selection.parameter_errors()
        if self.asks_for("facet"):
            yield from self.facets.parameter_errors(self.format)
        if self.asks_for("format", "expand", *CSV_SWITCHES):
            yield from format_errors(self.params, self.model)

    @property
    def leaves_aggregates_out(self) -> bool:
        field = self.filterset.aggregate_field
        return not (field and any(name.startswith(field) for name in self.params))

    @property
    def way_to_aggregates(self) -> str:
        return f"{self.filterset.aggregate_field}__in=true,false"

    @property
    def left_out(self) -> LeftOut:
        """What the answer leaves out; like its count, not with `count=none`.

        Of the pages that a cursor leads to, the first says it for all.
        """
        count, cursor = self.params.get("count"), self.params.get("cursor", FIRST_CURSOR)
        if count == "none" or (cursor != FIRST_CURSOR and count is None):
            return {}
        return self.count_left_out(None if count == "exact" else self.paginator.max_depth)

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
        left = {"left_out": left_out} if (left_out := self.left_out) else {}
        return self.paginator.page_response(self.records, self.request, page, {**left, **facets})


class AggregateQuery(FilterQuery):
    """An aggregation of the records that meet the filters."""

    parameters = (*FilterQuery.parameters, *Aggregation.parameters, "format")

    @cached_property
    def aggregation(self) -> Aggregation:
        """What is counted and added."""
        return Aggregation(self.model, self.params)

    def answer(self) -> dict[str, Any]:
        """What comes of it.

        Raises:
            InvalidParameters: there are too many groups, or numbers in different units.
        """
        return self.aggregation.aggregate_records(self.records, self.count_left_out(most=None))

    def parameter_errors(self) -> Iterator[ParameterError]:
        yield from super().parameter_errors()
        yield from self.aggregation.parameter_errors()

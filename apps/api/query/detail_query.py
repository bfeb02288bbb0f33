"""What a query asks of one record: its shape, and the time as of which it is to stand."""

from collections.abc import Iterator
from functools import cached_property

from rest_framework.request import Request

from apps.api.http.problems import InvalidParameters, ParameterError, unknown_parameter_errors
from apps.api.query.parameters import PAST, Past
from apps.api.query.selection import CSV_SWITCHES, DocumentSelection, format_errors
from apps.api.query.values import misgiven
from apps.core.models import Record


class DetailQuery:
    """The shape of one record's answer and its time, `past`; None for now.

    Raises:
        InvalidParameters: with every fault of the query.
    """

    parameters = (*DocumentSelection.parameters, *PAST, "format", *CSV_SWITCHES)

    def __init__(self, request: Request, model: type[Record]) -> None:
        self.request, self.params, self.model = request, request.query_params, model
        self.is_whole = not any(name in self.params for name in DocumentSelection.parameters)
        self.past = Past(self.params) if any(name in self.params for name in PAST) else None
        if errors := [*self.parameter_errors()]:
            raise InvalidParameters(errors)

    @property
    def format(self) -> str:
        """The form of the answer."""
        return self.request.accepted_renderer.format

    @cached_property
    def selection(self) -> DocumentSelection:
        """What of the document is asked for."""
        return DocumentSelection(self.model, self.params)

    @property
    def is_expanded(self) -> bool:
        """Whether other records stand in the answer."""
        return not self.is_whole and bool(self.selection.tree)

    def parameter_errors(self) -> Iterator[ParameterError]:
        """Everything that is wrong with the query."""
        if unknown := [name for name in self.params if name not in self.parameters]:
            yield from unknown_parameter_errors(unknown, self.parameters)
        for name, texts in self.params.lists():
            if name in self.parameters and name not in PAST and (fault := misgiven(name, texts)):
                yield fault
        if not self.is_whole:
            yield from self.selection.parameter_errors()
        if any(name in self.params for name in ("format", "expand", *CSV_SWITCHES)):
            yield from format_errors(self.params, self.model)
        if self.past:
            yield from self.past.parameter_errors()

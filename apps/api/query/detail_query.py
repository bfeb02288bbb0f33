"""What a query asks of one record: its shape, and the time as of which it is to stand."""

from collections.abc import Iterator
from functools import cached_property

from django.http import QueryDict
from rest_framework.request import Request

from apps.api.http.problems import InvalidParameters, ParameterError, unknown_parameter_errors
from apps.api.query.parameters import Parameter, read_parameters, whole_number_parameter
from apps.api.query.selection import CSV_SWITCHES, DocumentSelection, format_errors
from apps.api.query.values import DAY_OR_MOMENT, misgiven
from apps.core.models import Record
from apps.ledger.models import Dataset, Revision

PAST = {
    "revision": whole_number_parameter("The record as it stood at this revision of the dataset."),
    "as_of": Parameter(
        DAY_OR_MOMENT,
        "The record as it stood at this time (RFC 3339), or at the end of this day (UTC).",
    ),
}


class Past:
    """The time for which a query asks: `revision=` or `as_of=`."""

    def __init__(self, params: QueryDict) -> None:
        self.values, self.faults = read_parameters(params, PAST)
        self.is_expanded = "expand" in params

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the two parameters."""
        yield from self.faults
        if len(self.values) > 1:
            yield ParameterError("as_of", "Either revision or as_of.")
        elif self.values.get("revision", 0) > 0 and self.revision_number() > (
            newest := Dataset.current_revision()
        ):
            yield ParameterError("revision", f"The newest revision is {newest}.")
        if self.values and self.is_expanded:
            yield ParameterError("expand", "Only the record itself is answered as it stood.")

    def revision_number(self) -> int:
        """The revision of the dataset at the time asked for; 0 before the first."""
        if "revision" in self.values:
            return self.values["revision"]
        past = Revision.objects.filter(number__isnull=False, at__lte=self.values["as_of"])
        return past.order_by("-number").values_list("number", flat=True).first() or 0


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

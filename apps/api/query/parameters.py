"""Query parameters of an answer that is no list of records: declared, strict, described once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.settings import api_settings

from apps.api.http.problems import InvalidParameters, ParameterError, unknown_parameter_errors
from apps.api.query.values import DAY_OR_MOMENT, Kind, misgiven, natural_number
from apps.core.spelling import suggest_words
from apps.ledger.models import Dataset, Revision

MAX_SAFE_INTEGER = 2**53 - 1  # the last whole number that JSON's readers agree on


@dataclass(frozen=True)
class Parameter:
    """One parameter: the kind of its values, and what it is for."""

    kind: Kind
    help_text: str
    default: Any = None
    is_multiple: bool = False
    is_required: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of one value."""
        return self.kind.schema


def whole_number_parameter(
    help_text: str, least: int = 0, greatest: int = MAX_SAFE_INTEGER, default: int | None = None
) -> Parameter:
    """A parameter that is a whole number, in ASCII digits, within bounds."""
    return Parameter(natural_number(least, greatest), help_text, default)


def parameter_error(name: str, reason: ValidationError, is_hinted: bool = True) -> ParameterError:
    """One reason why a value was not read, as an error of the query.

    What was meant by the slug of no record is looked up here, for those that are hinted at.
    """
    (detail,) = reason.messages
    more = dict(reason.params or {})
    if find_meant := more.pop("find_meant", None):
        more["suggestions"] = find_meant() if is_hinted else []
        detail = f"{detail}{suggest_words(more['suggestions'])}"
    return ParameterError(name, detail, **more)


def read_parameters(
    params: QueryDict, declared: Mapping[str, Parameter]
) -> tuple[dict[str, Any], list[ParameterError]]:
    """The values of the declared parameters that are given, and what is wrong with the others."""
    values: dict[str, Any] = {}
    faults: list[ParameterError] = []
    for name, parameter in declared.items():
        texts = list(dict.fromkeys(params.getlist(name)))
        if parameter.is_required and not texts:
            faults.append(ParameterError(name, "This parameter is needed.", "required"))
        elif fault := misgiven(name, params.getlist(name), parameter.is_multiple):
            faults.append(fault)
        elif texts:
            try:
                read = parameter.kind.read_values(texts)
                values[name] = read if parameter.is_multiple else read[0]
            except ValidationError as error:
                faults += (parameter_error(name, reason) for reason in error.error_list)
    return values, faults


def read_parameters_strictly(
    params: QueryDict,
    declared: Mapping[str, Parameter],
    read_elsewhere: Iterable[str] = (),
    more_faults: Iterable[ParameterError] = (),
) -> dict[str, Any]:
    """The values of all declared parameters, those not given by default.

    Args:
        read_elsewhere: parameters that may be there, too.
        more_faults: what is wrong with those.

    Raises:
        InvalidParameters: with every fault of the query.
    """
    values, faults = read_parameters(params, declared)
    known = [
        *declared,
        *read_elsewhere,
        *filter(None, [api_settings.URL_FORMAT_OVERRIDE]),
    ]
    faults += more_faults
    faults += unknown_parameter_errors((name for name in params if name not in known), known)
    if faults:
        raise InvalidParameters(faults)
    return {name: parameter.default for name, parameter in declared.items()} | values


PAST = {
    "revision": whole_number_parameter("As it stood at this revision of the dataset."),
    "as_of": Parameter(
        DAY_OR_MOMENT, "As it stood at this time (RFC 3339), or at the end of this day (UTC)."
    ),
}


class Past:
    """The time for which a query asks: `revision=` or `as_of=`."""

    def __init__(self, params: QueryDict) -> None:
        self.values, self.faults = read_parameters(params, PAST)

    @property
    def is_right(self) -> bool:
        """Whether a time is asked for, and nothing is wrong with it."""
        return bool(self.values) and not any(self.parameter_errors())

    def parameter_errors(self) -> Iterator[ParameterError]:
        """What is wrong with the two parameters."""
        yield from self.faults
        if len(self.values) > 1:
            yield ParameterError("as_of", "Either revision or as_of.")
        elif self.values.get("revision", 0) > 0 and self.revision_number() > (
            newest := Dataset.current_revision()
        ):
            yield ParameterError("revision", f"The newest revision is {newest}.")

    def revision_number(self) -> int:
        """The revision of the dataset at the time asked for; 0 before the first."""
        if "revision" in self.values:
            return self.values["revision"]
        past = Revision.objects.filter(number__isnull=False, at__lte=self.values["as_of"])
        return past.order_by("-number").values_list("number", flat=True).first() or 0


def read_dated_parameters(params: QueryDict, declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """`read_parameters_strictly` of an answer that may be asked for as it stood: without the time.

    Raises:
        InvalidParameters: with every fault of the query.
    """
    return read_parameters_strictly(params, declared, PAST, Past(params).parameter_errors())


def openapi_parameters(declared: Mapping[str, Parameter]) -> list[OpenApiParameter]:
    """The declared parameters for OpenAPI."""
    return [
        OpenApiParameter(
            name,
            {"type": "array", "items": parameter.schema}
            if parameter.is_multiple
            else parameter.schema,
            description=parameter.help_text,
            default=parameter.default,
            required=parameter.is_required,
        )
        for name, parameter in declared.items()
    ]

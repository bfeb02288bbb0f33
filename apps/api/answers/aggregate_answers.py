"""The answer of an aggregation in JSON and CSV, and its description for OpenAPI."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.exports import RENDERERS, file_response, with_left_out
from apps.api.query.aggregates import (
    AGGREGATE_FORMATS,
    COUNT_METRIC,
    MAX_GROUPINGS,
    MAX_METRICS,
    metric_names,
)
from apps.api.query.grouping import GROUP_VALUE_SCHEMA, grouping_parameter
from apps.api.query.left_out import LEFT_OUT_SCHEMA
from apps.api.query.values import any_of, names_schema, vocabulary_word
from apps.core.models import Record, value_as_text
from apps.formats.csv_files import CSV, EchoFile, csv_cell

AggregateAnswer = dict[str, Any]

AGGREGATE_RENDERERS = [renderer for renderer in RENDERERS if renderer.format in AGGREGATE_FORMATS]
COUNT_KEYS = ("n", "n_missing", "n_inexact")


@extend_schema_field(GROUP_VALUE_SCHEMA)
class GroupValue(serializers.JSONField):
    """What the records of a group have in common."""


@extend_schema_field(LEFT_OUT_SCHEMA)
class LeftOutValue(serializers.JSONField):
    """What is left out only because something is not known, or for its parts."""


AGGREGATES_SERIALIZER = inline_serializer(
    "Aggregates",
    {
        "group_by": serializers.ListField(child=serializers.CharField()),
        "metrics": serializers.ListField(child=serializers.CharField()),
        "count": serializers.IntegerField(help_text="Records that are counted, each once."),
        "excluded_aggregates": serializers.IntegerField(
            help_text="Records that match and contain others that do: left out."
        ),
        "left_out": LeftOutValue(required=False),
        "overlapping": serializers.BooleanField(
            help_text="Whether a record may stand in several groups, so that these do not add up."
        ),
        "groups": inline_serializer(
            "AggregateGroup",
            {
                "group": serializers.DictField(
                    child=GroupValue(), help_text="The value of each name in group_by."
                ),
                "n_imprecise": serializers.IntegerField(
                    required=False,
                    help_text="Of a group by year: records whose date lies in more than one.",
                ),
                "metrics": serializers.DictField(
                    child=inline_serializer(
                        "AggregateMetric",
                        {
                            "value": serializers.FloatField(
                                allow_null=True, help_text="Null where no record has a number."
                            ),
                            "n": serializers.IntegerField(help_text="Records with a number."),
                            "n_missing": serializers.IntegerField(help_text="... without one."),
                            "n_inexact": serializers.IntegerField(
                                help_text="Records whose number is about, at least, at most,"
                                " estimated, or a range, of which the lower end counts."
                            ),
                            "unit": serializers.CharField(
                                required=False, help_text="Currency or unit, where there are some."
                            ),
                        },
                    )
                ),
            },
            many=True,
        ),
    },
)


def aggregate_parameters(model: type[Record]) -> list[dict[str, Any]]:
    """The parameters of an aggregation beside the filters, for OpenAPI."""
    text = (
        f"Group by these, comma-separated, at most {MAX_GROUPINGS}; without it, there is one group."
        " Of a list, a record counts in the group of each of its values."
    )
    made = names_schema(any_of(metric_names(model)), MAX_METRICS)
    return [
        grouping_parameter("group_by", model, text, MAX_GROUPINGS),
        {
            "name": "metric",
            "in": "query",
            "description": f"What is told of each group, comma-separated, at most {MAX_METRICS}.",
            "schema": {**made, "default": COUNT_METRIC},
        },
        {
            "name": "format",
            "in": "query",
            "description": "CSV has a row for each group.",
            "schema": vocabulary_word(AGGREGATE_FORMATS).schema,
        },
    ]


def aggregate_response(request: Request, endpoint: str, answer: AggregateAnswer) -> Any:
    """The answer in the form that was negotiated."""
    if request.accepted_renderer.format == "json":
        return Response(with_json_numbers(answer))
    content = (row.encode() for row in csv_lines(answer))
    response = file_response(f"{endpoint}-aggregate", CSV, content)
    return with_left_out(response, answer.get("left_out", {}))


def with_json_numbers(answer: AggregateAnswer) -> AggregateAnswer:
    """The answer with its decimals as JSON's numbers, digit by digit."""
    for group in answer["groups"]:
        for metric in group["metrics"].values():
            if isinstance(metric["value"], Decimal):
                metric["value"] = orjson.Fragment(str(value_as_text(metric["value"])))
    return answer


def csv_lines(answer: AggregateAnswer) -> Iterator[str]:
    """The lines of a CSV: what the group is, then each metric with what stands beside it."""
    writer = csv.writer(EchoFile())
    shown = [name for name in answer["metrics"] if name != COUNT_METRIC]
    header = [*answer["group_by"], "n_imprecise", *answer["metrics"]]
    header += [f"{name}.{more}" for name in shown for more in (*COUNT_KEYS, "unit")]
    yield writer.writerow(header)
    for group in answer["groups"]:
        yield writer.writerow(csv_cell(cell, raw=False) for cell in csv_cells(group, shown))


def csv_cells(group: dict[str, Any], shown: Iterable[str]) -> Iterator[Any]:
    """The row of one group."""
    yield from group["group"].values()
    yield group.get("n_imprecise")
    yield from (value_as_text(metric["value"]) for metric in group["metrics"].values())
    for name in shown:
        metric = group["metrics"][name]
        yield from (metric.get(more) for more in (*COUNT_KEYS, "unit"))

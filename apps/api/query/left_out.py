"""What an answer leaves out only because something is not known: counted, and how to bring it in.

Each question of a query falls into a group by what it asks for: dates (`undated`), the shape on the
map (`no_geometry`), or another column or list by its name (`unknown`, `country`). A record is
counted under a group if none of its questions is known to be untrue of it, one of them cannot be
told, and all questions of the other groups are true of it. What several groups leave open, each by
itself, is counted in `several`; what any question is known to be untrue of is counted nowhere. So
every published record is answered, or counted once here, or certainly not what was asked for.

`aggregates` counts records that all questions are true of, and of which a part is answered, too.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from apps.api.query.conditions import UNKNOWN, Decision
from apps.api.query.values import names_schema

AGGREGATES = "aggregates"
SEVERAL = "several"
LeftOut = dict[str, Any]
LEFT_OUT_SCHEMA = {
    "title": "LeftOut",
    "type": "object",
    "description": "Records that only what is not known keeps from being answered, by what that is;"
    " only where there are some.",
    "properties": {
        "aggregates": {
            "type": "integer",
            "description": "Records of which a part is answered, and which would count it twice.",
        },
        "undated": {
            "type": "integer",
            "description": "Records with a date that is not known, or not closely enough.",
        },
        "no_geometry": {
            "type": "integer",
            "description": "Records of which it is not known where they lie.",
        },
        "unknown": {
            "type": "object",
            "description": "Records of which something else is not known, by its name.",
            "additionalProperties": {"type": "integer"},
        },
        "several": {
            "type": "integer",
            "description": "Records that more than one of these keeps from being answered.",
        },
        "truncated": {
            "type": "boolean",
            "description": "There are more than are counted here; count=exact counts all.",
        },
        "how": {
            "type": "object",
            "description": "The parameter that brings each in, to be added to the query.",
            "additionalProperties": {
                "oneOf": [
                    {"type": "string"},
                    {"type": "object", "additionalProperties": {"type": "string"}},
                ]
            },
        },
    },
}

IN_WORDS = {
    "aggregates": "of which a part is answered",
    "undated": "with a date that is not known, or not closely enough",
    "no_geometry": "of which it is not known where they lie",
    "several": "of which more than one thing is not known",
}
# What a query may bring in, whatever its type may leave out.
ALSO_SCHEMA = names_schema(r"(undated|no_geometry|unknown([.][a-z_]+)*)")


def is_brought_in(reason: str, also: Collection[str]) -> bool:
    """Whether a query asks for what it leaves out for `reason`, too."""
    return reason in also or reason.partition(".")[0] in also


def also_parameter(reason: str) -> str:
    """The parameter that brings in what is left out for `reason`."""
    return f"also={reason}"


def count_up_to(records: QuerySet, most: int | None) -> int:
    """How many there are; with `most`, one more than that if there are more."""
    records = records.order_by()
    return records.count() if most is None else records[: most + 1].count()


def count_open(
    records: QuerySet, questions: Mapping[str, Decision], most: int | None
) -> dict[str, int]:
    """Of how many records each question alone cannot be told, by its reason, and `several`.

    Args:
        records: those that all other questions are true of.
        questions: the questions of each group together.
        most: how many records are looked at; with one more, if there are more.
    """
    left = {
        reason: decision.open for reason, decision in questions.items() if decision.open is not None
    }
    if not left:
        return {}
    if len(questions) == 1:
        ((reason, condition),) = left.items()
        return {reason: count_up_to(records.filter(condition), most)}
    for decision in questions.values():
        records = records.filter(decision.possible)
    flags = {
        f"is_open_{place}": Case(
            When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()
        )
        for place, condition in enumerate(left.values())
    }
    rows: Any = records.filter(reduce(or_, left.values())).order_by().annotate(**flags)
    rows = rows.annotate(n_open=reduce(add, map(F, flags))).values(*flags, "n_open")
    alone = {
        reason: Count("n_open", filter=Q(n_open=1, **{flag: 1}))
        for reason, flag in zip(left, flags, strict=True)
    }
    several = Count("n_open", filter=Q(n_open__gt=1))
    counted = rows[: None if most is None else most + 1].aggregate(
        **{f"n_{place}": count for place, count in enumerate([*alone.values(), several])}
    )
    return dict(zip([*alone, SEVERAL], counted.values(), strict=True))


def describe_left_out(
    counts: Mapping[str, int], how: Mapping[str, str], is_truncated: bool
) -> LeftOut:
    """The counts that are not 0, by what is not known, with the parameter that brings each in."""
    described: LeftOut = {}
    ways: dict[str, Any] = {}
    for reason, count in counts.items():
        group, _, name = reason.partition(".")
        if count and group == UNKNOWN:
            described.setdefault(group, {})[name] = count
            ways.setdefault(group, {})[name] = how[reason]
        elif count:
            described[group], ways[group] = count, how[reason]
    if not described:
        return {}
    return {**described, **({"truncated": True} if is_truncated else {}), "how": ways}


def left_out_in_words(left_out: LeftOut) -> str:
    """What is left out, for people: on the cover of a file."""
    how = left_out.get("how", {})
    counts = [(IN_WORDS[key], left_out[key], how[key]) for key in IN_WORDS if key in left_out]
    counts += [
        (f"of which {name} is not known", count, how[UNKNOWN][name])
        for name, count in left_out.get(UNKNOWN, {}).items()
    ]
    more = " or more" if left_out.get("truncated") else ""
    return "; ".join(f"{count:,}{more} {words} (add {way})" for words, count, way in counts)

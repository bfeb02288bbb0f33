"""Exercises of which much is not known, and whether a filter is true of one: yes, no, or unknown.

An own reading of the contract in plain Python, with which answers are compared: a question is None
of what is not known; a list without entries is not known; a negation leaves None as it is.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

from apps.actors.models import Actor
from apps.core import dates
from apps.exercises.models import Exercise, Participant
from apps.places.models import Place
from tests.types.tables import store

Verdict = bool | None
Row = dict[str, Any]
Question = Callable[[Row, list[str]], Verdict]

ACTORS = ["norland", "sudland", "ostland"]
PLACES = {
    "a-port": {"kind": "port", "country": "AZ"},
    "a-city": {"kind": "city", "country": "GE"},
    "a-sea": {"kind": "sea", "country": None},
    "a-bay": {"kind": "sea", "country": None},
    "a-pier": {"kind": "port", "country": None},
}
AROUND = {"a-pier": "a-bay", "a-bay": "a-sea"}  # what lies within another
DOMAINS = ["land", "naval", "air"]
DATES = ["2019", "2020", "2020-06", "2020-07/2020-08", "2020-05/2021", "2021-02-03", "2021/.."]
ROLES = ["host", "participant", "observer", "notably_absent"]
NUMBERS = [0, 100, 300, 500]


def store_exercises(number: int) -> dict[str, Row]:
    """Store exercises at random, the same at each run; what is known of each, by slug."""
    random = Random(11)
    rows = {f"exercise-{n}": random_exercise(random) for n in range(number)}
    actors, places = store(Actor, ACTORS, kind="state"), store(Place, PLACES)
    for slug, around in AROUND.items():
        Place.objects.filter(slug=slug).update(part_of=places[around])
    stored = store(Exercise, {slug: exercise_columns(row) for slug, row in rows.items()})
    for slug, row in rows.items():
        Exercise.objects.filter(slug=slug).update(document=json.dumps({"slug": slug}))
        stored[slug].places.set([places[place] for place in row["places"]])
    Participant.objects.bulk_create(
        Participant(
            record=stored[slug],
            position=at,
            actor=actors[entry["actor"]],
            role=entry["role"],
            personnel=entry["personnel"],
            personnel_qualifier=None if entry["personnel"] is None else "exact",
        )
        for slug, row in rows.items()
        for at, entry in enumerate(row["participants"], start=1)
    )
    return rows


def exercise_columns(row: Row) -> dict[str, Any]:
    """What of it stands in the exercise's own columns."""
    own = ("status", "series", "domains", "starts_on", "personnel_total")
    is_counted = row["personnel_total"] is not None
    return {
        **{key: row[key] for key in own},
        "personnel_total_qualifier": "exact" if is_counted else None,
    }


def random_exercise(random: Random) -> Row:
    """What is known of an exercise: of each third thing nothing."""

    def known(value: Any, otherwise: Any = None) -> Any:
        return otherwise if random.random() < 0.3 else value

    return {
        "status": random.choice(["held", "planned"]),
        "series": known(random.choice(["Storm", "Storm of Steel", "Breeze"])),
        "domains": known(random.sample(DOMAINS, random.choice([1, 2])), []),
        "starts_on": known(random.choice(DATES)),
        "personnel_total": known(random.choice(NUMBERS)),
        "places": known(random.sample(list(PLACES), random.choice([1, 2])), []),
        "participants": known(
            [
                {
                    "actor": actor,
                    "role": random.choice(ROLES),
                    "personnel": known(random.choice(NUMBERS)),
                }
                for actor in random.sample(ACTORS, random.choice([1, 2]))
            ],
            [],
        ),
    }


def both(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether all are true."""
    known = list(verdicts)
    return False if False in known else None if None in known else True


def either(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether any is true."""
    known = list(verdicts)
    return True if True in known else None if None in known else False


def opposite(verdict: Verdict) -> Verdict:
    """The verdict on the opposite question."""
    return None if verdict is None else not verdict


def value_question(key: str, test: Callable[[Any, list[str]], Verdict]) -> Question:
    """A question of what stands under a key."""
    return lambda row, values: None if row[key] in (None, []) else test(row[key], values)


def date_question(test: Callable[[dates.Span, dates.Span], Verdict]) -> Question:
    """A question of the first and last day of the beginning."""

    def ask(text: str, values: list[str]) -> Verdict:
        return test(dates.parse_edtf(text), dates.parse_edtf(values[0]))

    return value_question("starts_on", ask)


def certainty(always: bool, sometimes: bool) -> Verdict:
    """What holds of all days of a date, of none, or of some."""
    return True if always else None if sometimes else False


def took_part(entries: list[Row], values: list[str]) -> bool:
    """Whether any of these actors took part."""
    return any(e["actor"] in values and e["role"] in ("host", "participant") for e in entries)


def places_around(place: str) -> list[str]:
    """What it lies within, and itself."""
    return [place, *(places_around(AROUND[place]) if place in AROUND else [])]


def lies_in(place: str, asked: list[str]) -> Verdict:
    """Whether a place is one of these or within one; of what is around one it cannot be told."""
    if set(places_around(place)) & set(asked):
        return True
    return None if any(place in places_around(other) for other in asked) else False


QUESTIONS: dict[str, tuple[str, list[Any], Question]] = {
    # parameter: as what is counted whatever it leaves out, values, question
    "status": ("", ["held", "planned"], lambda row, values: row["status"] in values),
    "series__isnull": (
        "",
        ["true", "false"],
        lambda row, values: (row["series"] is None) == (values[0] == "true"),
    ),
    "series": ("unknown.series", ["Storm"], value_question("series", lambda x, v: x == v[0])),
    "series__icontains": (
        "unknown.series",
        ["storm", "e"],
        value_question("series", lambda x, v: v[0] in x.lower()),
    ),
    "personnel_total__gte": (
        "unknown.personnel_total",
        NUMBERS,
        value_question("personnel_total", lambda x, v: x >= int(v[0])),
    ),
    "personnel_total__in": (
        "unknown.personnel_total",
        NUMBERS,
        value_question("personnel_total", lambda x, v: str(x) in v),
    ),
    "domains": (
        "unknown.domains",
        DOMAINS,
        value_question("domains", lambda x, v: bool(set(x) & set(v))),
    ),
    "places": (
        "unknown.places",
        list(PLACES),
        value_question("places", lambda x, v: either(lies_in(place, v) for place in x)),
    ),
    "places__kind": (
        "unknown.places.kind",
        ["port", "city", "sea"],
        value_question("places", lambda x, v: any(PLACES[place]["kind"] in v for place in x)),
    ),
    "places__country": (
        "unknown.places.country",
        ["AZ", "GE"],
        value_question(
            "places",
            lambda x, v: either(
                None if (country := PLACES[place]["country"]) is None else country in v
                for place in x
            ),
        ),
    ),
    "actor": (
        "unknown.participants",
        ACTORS,
        value_question("participants", lambda x, v: any(entry["actor"] in v for entry in x)),
    ),
    "participant": ("unknown.participants", ACTORS, value_question("participants", took_part)),
    "without": (
        "unknown.participants",
        ACTORS,
        value_question("participants", lambda x, v: not took_part(x, v)),
    ),
    "starts_on": ("undated", DATES, value_question("starts_on", lambda x, v: x == v[0])),
    "starts_on__gte": (
        "undated",
        DATES,
        date_question(lambda x, v: certainty(x.earliest >= v.earliest, x.latest >= v.earliest)),
    ),
    "starts_on__lt": (
        "undated",
        DATES,
        date_question(lambda x, v: certainty(x.latest < v.earliest, x.earliest < v.earliest)),
    ),
    "starts_on__possible": (
        "undated",
        DATES,
        date_question(lambda x, v: x.earliest <= v.latest and x.latest >= v.earliest),
    ),
}
ROW_QUESTIONS: dict[str, tuple[list[Any], Question]] = {
    "participants__actor": (ACTORS, value_question("actor", lambda x, v: x in v)),
    "participants__role": (ROLES, value_question("role", lambda x, v: x in v)),
    "participants__personnel__gte": (
        NUMBERS,
        value_question("personnel", lambda x, v: x >= int(v[0])),
    ),
    "participants__personnel__isnull": (
        ["true", "false"],
        lambda row, values: (row["personnel"] is None) == (values[0] == "true"),
    ),
}
SINGLE = {"series", "starts_on"}  # beside what has a look-up at its end
LISTS = [
    *("domains", "places", "places__kind", "places__country", "actor", "participant"),
    *("participants__actor", "participants__role"),
]


class Asked(NamedTuple):
    """A parameter with its values."""

    name: str
    values: list[str]

    @property
    def bare_name(self) -> str:
        return self.name.removesuffix("__not").removesuffix("__all")

    @property
    def texts(self) -> list[str]:
        """As it stands in a query, once for each."""
        has_commas = self.bare_name.endswith("__in") or "__all" in self.name
        return [",".join(self.values)] if has_commas else self.values


def parameter_names() -> Iterator[str]:
    """Every parameter that this reading knows."""
    for name in (*QUESTIONS, *ROW_QUESTIONS):
        yield from (name, f"{name}__not")
        if name in LISTS:
            yield from (f"{name}__all", f"{name}__all__not")


def possible_values(name: str) -> tuple[list[str], int]:
    """The values of a parameter, and how many of them it takes."""
    bare = Asked(name, []).bare_name
    values = QUESTIONS[bare][1] if bare in QUESTIONS else ROW_QUESTIONS[bare][0]
    is_single = bare in SINGLE or bare.rpartition("__")[2] in (
        *("isnull", "icontains", "gte", "lt", "possible"),
    )
    return [str(value) for value in values], 1 if is_single else 2


def verdict_on_row(row: Row, asked: Asked) -> Verdict:
    """Whether a parameter without `__not` is true of an entry of the participants."""
    return ROW_QUESTIONS[asked.bare_name][1](row, asked.values)


def verdict_on_rows(exercise: Row, together: list[Asked]) -> Verdict:
    """Whether one entry meets all of these."""
    entries = exercise["participants"]
    if not entries:
        return None
    return either(both(verdict_on_row(entry, asked) for asked in together) for entry in entries)


def verdict_on_entries(exercise: Row, asked: list[Asked]) -> Verdict:
    """Whether entries meet these: each value of `__all` has its own, which meets the others too."""
    together = [each for each in asked if "__all" not in each.name]
    alone = [Asked(a.bare_name, [value]) for a in asked if "__all" in a.name for value in a.values]
    if not alone:
        return verdict_on_rows(exercise, together)
    return both(verdict_on_rows(exercise, [*together, single]) for single in alone)


def verdicts_by_reason(exercise: Row, query: list[Asked]) -> dict[str, Verdict]:
    """What a query's parameters say of an exercise, by what their questions rest on."""
    verdicts: dict[str, list[Verdict]] = {}
    beside = [a for a in query if a.bare_name in ROW_QUESTIONS and not a.name.endswith("__not")]
    if beside:
        verdicts["unknown.participants"] = [verdict_on_entries(exercise, beside)]
    for asked in query:
        if asked in beside:
            continue
        if asked.bare_name in ROW_QUESTIONS:
            reason, verdict = "unknown.participants", verdict_on_entries(exercise, [asked])
        else:
            reason, _, ask = QUESTIONS[asked.bare_name]
            groups = [[v] for v in asked.values] if "__all" in asked.name else [asked.values]
            verdict = both(ask(exercise, values) for values in groups)
        verdict = opposite(verdict) if asked.name.endswith("__not") else verdict
        verdicts.setdefault(reason, []).append(verdict)
    return {reason: both(each) for reason, each in verdicts.items()}

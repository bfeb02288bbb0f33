"""How far a request goes through the house: which of our files it enters, how often it changes.

    python -m tests.house.ways

prints the table of all journeys, on a database that is made for the run; with `--files` also the
files of each. tests/house/test_ways.py holds every journey to its budget.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import count, pairwise
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import django
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

ROOT = Path(__file__).parents[2]
# What stands around every request alike, and knows of none: ids, log, figures. Nobody who follows a
# request through the house has to read it.
AROUND = f"{ROOT / 'apps' / 'operations'}{os.sep}"
OURS = tuple(f"{ROOT / folder}{os.sep}" for folder in ("apps", "caucasus"))
# Parts of a function, which some versions of Python call like one and others do not.
WITHIN = {"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"}
TIMES_BEFORE = 2  # until what is made once is made

Journey = Callable[[], object]


class Budget(NamedTuple):
    """How much a journey may need at most."""

    files: int
    functions: int
    moves: int  # from one file to another


class Way(NamedTuple):
    """The calls of our functions on a journey, in turn: the file from the root, and the name."""

    calls: list[tuple[str, str]]

    @property
    def files(self) -> list[str]:
        """The files that are entered, in the order in which they are first."""
        return list(dict.fromkeys(file for file, _ in self.calls))

    @property
    def spent(self) -> Budget:
        """What the journey needed."""
        moves = sum(before != after for (before, _), (after, _) in pairwise(self.calls))
        return Budget(len(self.files), len(set(self.calls)), moves)


def follow(journey: Journey) -> Way:
    """The way of a journey in the steady state: it was made before, so that caches are warm."""
    calls: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        is_ours = code.co_filename.startswith(OURS) and not code.co_filename.startswith(AROUND)
        if event == "call" and is_ours and code.co_name not in WITHIN:
            calls.append((str(Path(code.co_filename).relative_to(ROOT)), code.co_qualname))

    for _ in range(TIMES_BEFORE):
        journey()
    sys.setprofile(note)
    try:
        journey()
    finally:
        sys.setprofile(None)
    return Way(calls)


def journey_to(path: str) -> Journey:
    """An anonymous reader asks the API, and reads the answer to its end."""
    client = Client()

    def ask() -> None:
        response: HttpResponseBase = client.get(f"/api/v1/{path}")
        assert response.status_code == 200
        assert b"".join(response)

    return ask


def agreement() -> Any:
    """A published agreement, and with it what it names."""
    return import_module("tests.types.agreements.factories").AgreementFactory(signed_on="2021-03")


def filtered_list() -> Journey:
    agreement()
    return journey_to("agreements/?signed_on__gte=2020")


def detail_by_slug() -> Journey:
    return journey_to(f"agreements/{agreement().slug}/")


def csv_export() -> Journey:
    agreement()
    return journey_to("agreements/?format=csv")


def import_of_one_row() -> Journey:
    """Somebody who may publish imports a CSV of one record that is new: its plan is applied."""
    publisher = import_module("tests.accounts.factories").UserFactory(role="publisher")
    files, numbers = import_module("tests.exchange.factories"), count(1)
    apply_batch = import_module("apps.exchange.applying").apply_batch

    def import_row() -> None:
        content = files.make_csv(files.actor_row(f"actor-{next(numbers)}", name="Norland"))
        batch = apply_batch(files.make_planned_batch(content, publisher), publisher, "New")
        assert batch.state == "applied"

    return import_row


# What makes the records of each journey, and gives the journey itself.
JOURNEYS: dict[str, Callable[[], Journey]] = {
    "a list by one filter": filtered_list,
    "a record by its slug": detail_by_slug,
    "a list as CSV": csv_export,
    "an import of one row": import_of_one_row,
}


def main() -> None:
    """Print the table."""
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    say = partial(print, flush=True)
    try:
        say(f"{'journey':<28}{'files':>7}{'functions':>11}{'moves':>7}")
        for name, prepared in JOURNEYS.items():
            with transaction.atomic():
                way = follow(prepared())
                transaction.set_rollback(True)  # each journey has a database of its own records
            say(f"{name:<28}{way.spent.files:>7}{way.spent.functions:>11}{way.spent.moves:>7}")
            if "--files" in sys.argv:
                say(*(f"    {file}" for file in way.files), sep="\n")
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caucasus.settings.test")
    django.setup()
    main()

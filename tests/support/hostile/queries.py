"""Ask very many generated queries of a large dataset: what is wrong, and how long answers take.

    python -m tests.support.hostile.queries --cases 100000 --seed 1 --records 10000

The database is made for the run, in memory or where DATABASE_URL says. A query that was answered
wrongly is named by its number, by which `--start` finds it again.
"""

import argparse
import heapq
import os
import sys
from collections import Counter
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

print_at_once = partial(print, flush=True)
MAX_FAULTS_SHOWN = 40


class QueryTally:
    """What came of the queries so far."""

    def __init__(self) -> None:
        self.statuses: Counter[tuple[Any, int]] = Counter()
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.seconds: list[float] = []
        self.slowest: list[tuple[float, str]] = []
        self.compared = 0

    def count_query(self, index: int, case: Any, answer: Any, wrong: list[str]) -> None:
        """Count one query."""
        self.statuses[case.expected_verdict(), answer.status] += 1
        self.seconds.append(answer.seconds)
        heapq.heappush(self.slowest, (answer.seconds, f"{index}: {case.url[:150]}"))
        if len(self.slowest) > 10:
            heapq.heappop(self.slowest)
        for fault in wrong:
            key = f"{case.address.path}: {fault}"
            self.faults[key] += 1
            self.examples.setdefault(key, f"{index}: {case.url[:200]}")

    def summary_lines(self) -> list[str]:
        """The summary."""
        ordered = sorted(self.seconds) or [0.0]
        quantiles = {q: ordered[int((len(ordered) - 1) * q)] for q in (0.5, 0.9, 0.99, 0.999, 1)}
        return [
            f"{len(self.seconds):,} queries, {self.compared:,} of them compared with kindred ones",
            *(
                f"  {VERDICT_WORDS[verdict]:16} {status}: {count:,}"
                for (verdict, status), count in sorted(self.statuses.items(), key=str)
            ),
            "seconds: " + ", ".join(f"{q:.1%} {s:.3f}" for q, s in quantiles.items()),
            *(f"  slow: {s:.3f} {what}" for s, what in sorted(self.slowest, reverse=True)),
            f"{sum(self.faults.values()):,} faults of {len(self.faults):,} kinds",
            *(
                f"  {count} × {key}\n      {self.examples[key]}"
                for key, count in self.faults.most_common(MAX_FAULTS_SHOWN)
            ),
        ]


VERDICT_WORDS = {True: "acceptable", False: "not acceptable", None: "it depends"}


def run_queries(seed: int, numbers: range, related: int, progress: Any = None) -> QueryTally:
    """Ask the queries of a seed; one of `related` accepted ones is compared with kindred ones."""
    cases = import_module("tests.support.hostile.cases")
    checks = import_module("tests.support.hostile.checks")
    tally, client = QueryTally(), checks.reader_client()
    for index, case in cases.random_cases(cases.api_addresses(), seed, numbers):
        answer = checks.timed_get(client, case.url)
        wrong = list(checks.answer_faults(case, answer))
        if index % related == 0 and answer.status == 200 and case.address.is_api:
            tally.compared += 1
            wrong += checks.relation_faults(client, case, answer)
        tally.count_query(index, case, answer, wrong)
        if progress and len(tally.seconds) % 10_000 == 0 and len(tally.seconds) < len(numbers):
            progress("\n".join(tally.summary_lines()))
        elif progress and len(tally.seconds) % 1_000 == 0:
            progress(f"{len(tally.seconds):,} asked, {sum(tally.faults.values()):,} faults")
    return tally


def main() -> int:
    """Make a dataset, ask, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first query")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--related", type=int, default=10, help="compare one of so many")
    asked = parser.parse_args()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("loaddata", *sorted(settings.FIXTURES_DIR.glob("*.json")), verbosity=0)
        there = import_module("tests.support.hostile.checks").multiply_records(asked.records)
        vendor = django.db.connection.vendor
        if vendor == "postgresql":  # which else counts its rows by itself, within a minute
            with django.db.connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        print_at_once(f"{vendor}, {there:,} records, seed {asked.seed}")
        begun, numbers = perf_counter(), range(asked.start, asked.start + asked.cases)
        tally = run_queries(asked.seed, numbers, asked.related, print_at_once)
        print_at_once(*tally.summary_lines(), f"in {perf_counter() - begun:,.0f} s", sep="\n")
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()
    return 1 if tally.faults else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caucasus.settings.test")
    django.setup()
    sys.exit(main())

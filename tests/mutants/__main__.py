"""`make mutants`: how many mutants the tests kill, and whether each survivor has its reason.

python -m tests.mutants [PATH ...]   of all targets, or of those whose path begins so
"""

import os
import re
import sys
from collections import Counter
from itertools import chain

import pytest

from tests.mutants.making import ROOT, Mutant, mutants_of
from tests.mutants.running import Run

TYPES = ("articles", "actors", "agreements", "arms_transfers", "corridors", "exercises")
# What is mutated, and the tests that have to notice.
TARGETS: dict[str, tuple[str, ...]] = {
    **{f"apps/{name}/models.py": (f"tests/types/{name}/",) for name in TYPES},
    "apps/core/querysets.py": ("tests/core/words/", "tests/core/holding/"),
    "apps/core/holding.py": ("tests/core/holding/",),
    "apps/core/dates.py": ("tests/core/test_dates.py",),
    "apps/core/rules.py": ("tests/core/test_rules.py",),
    "apps/documents/faults.py": ("tests/documents/test_publishing.py",),
    "apps/documents/publishing.py": ("tests/documents/test_publishing.py",),
}
LEAST = 90  # per cent of the mutants that have to die
REASONS = ROOT / "docs" / "testing.md"
REASON = re.compile(r"^- `(\S+)` `(\S+)`: `` (.+) `` → `` (.+) ``: (.+)$", re.MULTILINE)
OPTIONS = ("-s", "-qq", "--no-header", "--no-summary", "-p", "no:xdist", "-p", "no:cacheprovider")


def main(prefixes: list[str]) -> int:
    """Try every mutant of the targets; the status for the shell."""
    targets = {
        path: tests
        for path, tests in TARGETS.items()
        if not prefixes or path.startswith(tuple(prefixes))
    }
    mutants = [mutant for path in targets for mutant in mutants_of(path)]
    write(f"{len(mutants)} mutants of {len(targets)} files.")
    total = len(mutants)

    def report(mutant: Mutant, survived: bool, number: int) -> None:
        if survived:
            write(f"survived: {as_reason(mutant)}")
        if number % 25 == 0 or number == total:
            write(f"{number} of {total} tried")

    run = Run(mutants, TARGETS.__getitem__, os.cpu_count() or 1, report)
    tests = sorted(set(chain.from_iterable(targets.values())))
    pytest.main([*OPTIONS, "--hypothesis-profile=mutants", *tests], plugins=[run])
    if run.tried < total:
        write(run.fault or "The run broke off.")
        return 1
    return verdict(run, targets)


def verdict(run: Run, targets: dict[str, tuple[str, ...]]) -> int:
    """Say what came of it: 1 if too few died, or if one survives without a reason."""
    tried, alive = Counter(m.path for m in run.mutants), Counter(m.path for m in run.survivors)
    for path in targets:
        write(f"{percent(tried[path], alive[path])}  {path}")
    killed = len(run.mutants) - len(run.survivors)
    write(f"{killed} of {len(run.mutants)} mutants killed: {killed / len(run.mutants):.1%}")
    named = {match[:4] for match in REASON.findall(REASONS.read_text())}
    unnamed = [mutant for mutant in run.survivors if mutant.key not in named]
    for mutant in unnamed:
        write(f"no reason in {REASONS.relative_to(ROOT)}: {as_reason(mutant)}")
    gone = {key for key in named if key[0] in targets} - {mutant.key for mutant in run.survivors}
    for path, scope, before, after in sorted(gone):
        write(f"survives no more, strike it out: {path} {scope}: {before} → {after}")
    return int(bool(unnamed) or killed * 100 < LEAST * len(run.mutants))


def percent(tried: int, alive: int) -> str:
    """Killed of tried, as a column."""
    return f"{tried - alive:4} of {tried:4} killed, {(tried - alive) / max(tried, 1):6.1%}"


def as_reason(mutant: Mutant) -> str:
    """A survivor as docs/testing.md names it, but for the reason."""
    path, scope, before, after = mutant.key
    return f"- `{path}` `{scope}`: `` {before} `` → `` {after} ``:"


def write(line: str) -> None:
    """A line of progress, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

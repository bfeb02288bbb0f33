"""One process that sets Django and its database up once, and a fork of it for each mutant.

A child changes the running code and runs the tests that enter the changed function, quickest
first, until one fails.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import pytest
from _pytest.nodes import Node
from _pytest.runner import runtestprotocol

from tests.mutants.making import ROOT, Mutant, put_into_process

KILLED, SURVIVED, BROKEN = 0, 1, 2
PATIENCE = 120  # seconds until a mutant that goes round in circles counts as killed


@dataclass
class Run:
    """A plugin of pytest that runs the tests once as they are, and then against each mutant."""

    mutants: list[Mutant]
    tests: Callable[[str], tuple[str, ...]]  # path of a mutated file to the tests that hold it
    jobs: int
    report: Callable[[Mutant, bool, int], None]  # mutant, whether it survived, how many were run
    entered: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    survivors: list[Mutant] = field(default_factory=list)
    tried: int = 0
    fault: str = ""  # why no mutant was tried

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running each test once."""
        self.fault = self.fault_of_the_unchanged(session)
        if self.fault:
            raise session.Failed(self.fault)
        for mutant, survived in self.outcomes(session.items):
            self.tried += 1
            self.survivors += [mutant] if survived else []
            self.report(mutant, survived, self.tried)
        return True

    def fault_of_the_unchanged(self, session: pytest.Session) -> str:
        """Why the tests cannot tell a mutant from the code as it is; empty if they can."""
        if session.testsfailed:
            return "The tests cannot be collected."
        items = session.items
        # After the last one nothing but the session stays set up, so that any may be the next.
        for item, following in zip(items, [*items[1:], session], strict=True):
            if failed := self.run_watched(item, following):
                return f"{item.nodeid} fails though nothing was changed:\n{failed[0].longreprtext}"
        child = start_child(None, sorted(items, key=lambda item: self.seconds[item.nodeid]))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return "" if status == SURVIVED else "A fork fails though nothing was changed in it."

    def run_watched(self, item: pytest.Item, following: Node) -> list[pytest.TestReport]:
        """Run a test, note what it enters and how long it takes; what failed."""
        paths = {str(ROOT / mutant.path): mutant.path for mutant in self.mutants}
        entered = self.entered.setdefault(item.nodeid, set())

        def note(frame: Any, event: str, argument: Any) -> None:
            path = paths.get(frame.f_code.co_filename)
            if path is not None:
                entered.add((path, frame.f_code.co_qualname))

        started = perf_counter()
        sys.setprofile(note)
        try:
            reports = runtestprotocol(item, nextitem=following, log=False)
        finally:
            sys.setprofile(None)
        self.seconds[item.nodeid] = perf_counter() - started
        return [report for report in reports if report.failed]

    def outcomes(self, items: list[pytest.Item]) -> Iterator[tuple[Mutant, bool]]:
        """Each mutant and whether it survived, as they end."""
        running: dict[int, Mutant] = {}
        waiting = list(reversed(self.mutants))
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                running[start_child(mutant, self.items_for(mutant, items))] = mutant
            child, status = os.wait()
            mutant = running.pop(child)
            code = os.waitstatus_to_exitcode(status)
            if code == BROKEN:
                raise RuntimeError(f"This mutant could not be tried: {mutant.key}")
            yield mutant, code == SURVIVED

    def items_for(self, mutant: Mutant, items: list[pytest.Item]) -> list[pytest.Item]:
        """The tests of a mutant's file that enter its function, quickest first."""
        folders = self.tests(mutant.path)
        fit = [
            item
            for item in items
            if item.nodeid.startswith(folders)
            and (mutant.is_constant or self.enters(item.nodeid, mutant))
        ]
        return sorted(fit, key=lambda item: self.seconds[item.nodeid])

    def enters(self, test: str, mutant: Mutant) -> bool:
        """Whether a test came into the function of a mutant, or into one within it."""
        return any(
            path == mutant.path and f"{name}.".startswith(f"{mutant.scope}.")
            for path, name in self.entered[test]
        )


def start_child(mutant: Mutant | None, items: list[pytest.Item]) -> int:
    """Fork a process that tries a mutant, or nothing, and ends with what came of it; its id."""
    child = os.fork()
    if child:
        return child
    code = BROKEN
    try:
        if mutant:
            signal.alarm(PATIENCE)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        code = try_out(mutant, items) if mutant else run_until_failure(items)
    finally:
        sys.stdout.flush()
        os._exit(code)


def try_out(mutant: Mutant, items: list[pytest.Item]) -> int:
    """Change the code and run the tests."""
    try:
        put_into_process(mutant)
    except Exception:
        if not mutant.is_constant:
            raise
        return KILLED  # a constant without a value: the module could not even be imported
    return run_until_failure(items)


def run_until_failure(items: list[pytest.Item]) -> int:
    """Run tests until one notices that something is wrong."""
    # The last one is followed by the session, or that would be taken down as well.
    followings: list[Node] = [*items[1:], *(item.session for item in items[-1:])]
    for item, following in zip(items, followings, strict=True):
        for report in runtestprotocol(item, nextitem=following, log=False):
            if report.failed:
                sys.stdout.write(f"{item.nodeid}\n{report.longreprtext}\n")
                return KILLED
    return SURVIVED

"""Bars on a terminal; nothing where the output is read by a program."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

# Told how much is done, and of how much.
Report = Callable[[int, int], None]


@contextmanager
def show_progress(label: str) -> Iterator[Report]:
    """A bar for one piece of work, which reports how far it has come."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def ignore_progress(done: int, total: int) -> None:
    """For whoever does not look."""

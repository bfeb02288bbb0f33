"""What the PostgreSQL half of the suite leaves to the SQLite half, because no database decides it.

These are the tests that may not ask a database at all, and those marked `any_database`, which ask
one but for what is the same on each. The SQLite half runs every test.
"""

from typing import Any

import pytest
from django.conf import settings

MARKER = "any_database"
ASKING = {"db", "transactional_db", "django_db_setup", "live_server"}
LEFT = pytest.StashKey[list[int]]()


def pytest_configure(config: pytest.Config) -> None:
    """Explain the marker."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(reason): asks a database, but for nothing that depends on which one it is",
    )
    config.stash[LEFT] = []
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Workers(config))


def is_left_out(item: pytest.Item) -> bool:
    """Whether no database decides how a test comes out."""
    if item.get_closest_marker(MARKER):
        return True
    asks = item.get_closest_marker("django_db") or ASKING & set(getattr(item, "fixturenames", ()))
    return not asks


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the SQLite half runs; a test that is named on the command line is run."""
    is_postgres = "postgres" in settings.DATABASES["default"]["ENGINE"]
    if not is_postgres or any("::" in argument for argument in config.args):
        return
    left = [item for item in items if is_left_out(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not is_left_out(item)]
    config.stash[LEFT] = [len(left)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how many it left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[MARKER] = session.config.stash[LEFT]


class Workers:
    """Hears from the workers of pytest-xdist how many tests they left out: each the same."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_testnodedown(self, node: Any) -> None:
        self.config.stash[LEFT] = getattr(node, "workeroutput", {}).get(MARKER, [])


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many tests were left out, and why."""
    for number in config.stash[LEFT]:
        terminalreporter.write_line(
            f"{number} tests were left to the SQLite half: no database decides how they come out."
        )

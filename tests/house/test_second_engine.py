"""Nothing is left out of the PostgreSQL half but what the SQLite half runs, for a reason."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import second_engine


def test_make_test_runs_both_halves_and_no_half_chooses_its_tests(root):
    makefile = (root / "Makefile").read_text()
    assert re.search(r"^test:.* suite-sqlite suite-postgres ", makefile, re.M)
    for half in ("suite-sqlite", "suite-postgres"):
        recipe = re.search(rf"^{half}:.*\n\t@(.+)\n", makefile, re.M)
        assert recipe
        assert recipe[1].endswith(" $(PYTEST)")
    (command,) = re.findall(r"^PYTEST := (.+)", makefile, re.M)
    assert command == "$(BIN)/python -m pytest -n 2 --dist loadgroup"


def test_every_test_that_asks_a_database_and_is_left_to_one_says_why(request):
    markers = [item.get_closest_marker(second_engine.MARKER) for item in request.session.items]
    assert all(len(marker.args) == 1 and marker.args[0] for marker in markers if marker)


class Config:
    """As much of pytest's as the choice needs."""

    def __init__(self, *args: str) -> None:
        self.args, self.stash, self.hook = list(args), pytest.Stash(), self
        self.left: list[Any] = []

    def pytest_deselected(self, items: list[Any]) -> None:
        self.left = items


class Item:
    """A test with some markers and fixtures."""

    def __init__(self, *markers: str, fixtures: tuple[str, ...] = ()) -> None:
        self.markers, self.fixturenames = markers, fixtures

    def get_closest_marker(self, name: str) -> bool:
        return name in self.markers


ASKS = [Item("django_db"), Item(fixtures=("api", "db")), Item(fixtures=("live_server",))]
LEAVES = [Item(), Item("django_db", "any_database"), Item(fixtures=("tmp_path",))]


@pytest.mark.parametrize(
    ("engine", "argument", "kept"),
    [
        ("postgresql", "tests", ASKS),
        ("postgresql", "tests/x.py::test_x", [*ASKS, *LEAVES]),
        ("sqlite3", "tests", [*ASKS, *LEAVES]),
    ],
)
def test_only_postgresql_leaves_out_and_only_what_no_database_decides(
    monkeypatch, engine, argument, kept
):
    databases = {"default": {"ENGINE": f"django.db.backends.{engine}"}}
    monkeypatch.setattr(second_engine, "settings", SimpleNamespace(DATABASES=databases))
    config, items = Config(argument), [*ASKS, *LEAVES]
    second_engine.pytest_collection_modifyitems(config, items)
    assert items == kept
    assert len(config.left) == len(ASKS) + len(LEAVES) - len(kept)

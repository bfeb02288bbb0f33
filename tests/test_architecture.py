"""The plan of the house: who may import whom, the same rooms everywhere, files short enough."""

from itertools import combinations
from pathlib import Path

import grimp
import pytest
from django.conf import settings

ROOT = Path(__file__).parents[1]
# Ground floor first.
GROUND = ["apps.ledger", "apps.search", "apps.core"]
UPPER = ["apps.accounts", "apps.review", "apps.exchange"]
FLOORS = [*GROUND, *settings.RESOURCE_APPS, *UPPER, "caucasus"]
ROOMS = ["models", "serializers", "filters", "views", "urls", "admin"]
# Within an app: what a room may look into.
OPEN_DOORS = {
    "models": set(),
    "serializers": {"models"},
    "filters": {"models"},
    "views": {"models", "serializers", "filters"},
    "urls": {"views"},
    "admin": {"models"},
}
TOP_LEVEL = {"manage.py", "caucasus", "apps", "fixtures", "seeds", "requirements.txt", "tests"}
SOURCES = sorted(
    [
        *(ROOT / "apps").rglob("*.py"),
        *(ROOT / "caucasus").rglob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
    ]
)

graph = grimp.build_graph("apps", "caucasus")


@pytest.mark.parametrize(("lower", "higher"), list(combinations(FLOORS, 2)))
def test_no_floor_imports_a_higher_one(lower, higher):
    assert not graph.find_shortest_chains(importer=lower, imported=higher, as_packages=True)


def test_every_app_stands_on_a_floor():
    assert {
        f"apps.{path.name}"
        for path in (ROOT / "apps").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    } == set(FLOORS) - {"caucasus"}


@pytest.mark.parametrize("app", settings.RESOURCE_APPS)
def test_every_app_has_the_same_rooms(app):
    rooms = {child.rpartition(".")[2] for child in graph.find_children(app)}
    assert rooms == {*ROOMS, "migrations"}


@pytest.mark.parametrize("app", settings.RESOURCE_APPS)
@pytest.mark.parametrize("room", ROOMS)
def test_a_room_looks_only_through_open_doors(app, room):
    imported = graph.find_modules_directly_imported_by(f"{app}.{room}")
    own = {name.rpartition(".")[2] for name in imported if name.startswith(f"{app}.")}
    assert own <= OPEN_DOORS[room]


@pytest.mark.parametrize("module", sorted(graph.modules))
def test_no_import_hides_in_a_function(module):
    """An import inside a function would get round the floors; only the catalogue has one."""
    path = ROOT / (module.replace(".", "/") + ".py")
    if not path.exists():
        path = ROOT / module.replace(".", "/") / "__init__.py"
    hidden = [
        line.strip()
        for line in path.read_text().splitlines()
        if line.startswith("    ")
        and line.strip().startswith(("import ", "from "))
        and " import " in line
    ]
    allowed = {
        "from apps.core.models import Record",
        "from apps.core.serializers import RecordSerializer",
    }
    assert module == "apps.core.catalogue" or not hidden
    assert module != "apps.core.catalogue" or set(hidden) <= allowed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_too_long_to_read(path):
    if "migrations" not in path.parts:
        assert len(path.read_text().splitlines()) <= 400


def test_the_top_level_is_the_agreed_one():
    assert {path.name for path in ROOT.iterdir()} >= TOP_LEVEL

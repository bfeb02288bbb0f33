"""The plan of the house: who may import whom, the same rooms everywhere, files short enough."""

from itertools import combinations
from pathlib import Path

import grimp
import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
# A folder imports only folders that stand before it.
ORDER = [
    *("apps.ledger", "apps.search", "apps.core", "apps.documents", "apps.formats", "apps.merging"),
    *("apps.api", "apps.desk"),
    *settings.RESOURCE_APPS,
    *("apps.accounts", "apps.review", "apps.exchange", "apps.links", "apps.seeds"),
    "apps.operations",
    "caucasus",
]
API = ["http", "query", "answers", "writes", "openapi", "codebook", "views"]
STRANGERS = [("apps.api", "apps.desk"), ("apps.desk", "apps.api")]
ROOMS = ["models", "serializers", "filters", "views", "urls", "admin"]
WIDEST = 15  # files in a folder
# Within a type: what a room may look into.
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
    path for top in ("apps", "caucasus", "tests") for path in (ROOT / top).rglob("*.py")
)
FOLDERS = sorted({path.parent for path in SOURCES})

graph = grimp.build_graph("apps", "caucasus")


def name_from_root(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(("lower", "higher"), list(combinations(ORDER, 2)))
def test_no_folder_imports_a_later_one(lower, higher):
    assert not graph.find_shortest_chains(importer=lower, imported=higher, as_packages=True)


@pytest.mark.parametrize(("lower", "higher"), list(combinations(API, 2)))
def test_no_room_of_the_api_imports_a_later_one(lower, higher):
    lower, higher = f"apps.api.{lower}", f"apps.api.{higher}"
    assert not graph.find_shortest_chains(importer=lower, imported=higher, as_packages=True)


@pytest.mark.parametrize(("one_side", "other_side"), STRANGERS)
def test_the_api_and_the_desk_know_nothing_of_each_other(one_side, other_side):
    assert not graph.find_shortest_chains(importer=one_side, imported=other_side, as_packages=True)


def test_every_folder_stands_in_the_order():
    assert {
        f"apps.{path.name}"
        for path in (ROOT / "apps").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    } == set(ORDER) - {"caucasus"}


def test_every_room_of_the_api_stands_in_the_order():
    assert {child.rpartition(".")[2] for child in graph.find_children("apps.api")} == set(API)


@pytest.mark.parametrize("app", settings.RESOURCE_APPS)
def test_every_type_has_the_same_rooms(app):
    rooms = {child.rpartition(".")[2] for child in graph.find_children(app)}
    assert rooms == {*ROOMS, "migrations"}


@pytest.mark.parametrize("app", settings.RESOURCE_APPS)
@pytest.mark.parametrize("room", ROOMS)
def test_a_room_looks_only_through_open_doors(app, room):
    imported = graph.find_modules_directly_imported_by(f"{app}.{room}")
    own = {name.rpartition(".")[2] for name in imported if name.startswith(f"{app}.")}
    assert own <= OPEN_DOORS[room]


@pytest.mark.parametrize("path", SOURCES, ids=name_from_root)
def test_no_import_hides_in_a_function(path):
    """An import inside a function would get round the order."""
    if path.is_relative_to(ROOT / "tests"):
        return
    hidden = [
        line.strip()
        for line in path.read_text().splitlines()
        if line.startswith("    ")
        and line.strip().startswith(("import ", "from "))
        and " import " in line
    ]
    assert hidden == []


@pytest.mark.parametrize("path", SOURCES, ids=name_from_root)
def test_no_file_is_too_long_to_read(path):
    if "migrations" not in path.parts:
        assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("folder", FOLDERS, ids=name_from_root)
def test_no_folder_is_a_hall(folder):
    files = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= WIDEST, files


def test_the_top_level_is_the_agreed_one():
    assert {path.name for path in ROOT.iterdir()} >= TOP_LEVEL

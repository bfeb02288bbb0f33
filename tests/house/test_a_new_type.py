"""A new type is one folder, one line, a seed and a factory: laid down in a copy of the house.

The type itself stands in tests/house/new_type/, as CONTRIBUTING.md teaches it. Nothing else is
written in the copy but the line, and by `makemigrations` the migration.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("a new type")  # the copy is laid down once
ROOT = Path(__file__).parents[2]
NEW_TYPE = Path(__file__).parent / "new_type"
COPIED = ("apps", "caucasus", "seeds", "tests")
PROMISES = "tests/types/sightings/promises.py"
TESTS = {
    "tests/house/test_architecture.py": "sightings or every_folder",
    "tests/house/test_conventions.py": "sighting or witness or pin or short",
    "tests/api/test_every_resource.py": "sightings or address or root",
    PROMISES: "",
}


def copy_of_the_house(folder: Path) -> None:
    """The project's files; what no test of a type writes to is only linked."""
    for path in ROOT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name)
        elif path.is_dir() and path.name in ("docs", "fixtures"):
            (folder / path.name).symlink_to(path)
        elif path.is_file() and path.suffix != ".sqlite3":
            shutil.copy2(path, folder)


def add_the_line(settings: Path) -> None:
    """The new app, below every other type."""
    text = settings.read_text()
    line = '    "apps.sightings",\n]'
    changed = re.sub(r"(?<=^RESOURCE_APPS = \[\n)(.+?)^\]", rf"\1{line}", text, flags=re.M | re.S)
    assert len(changed.splitlines()) == len(text.splitlines()) + 1
    settings.write_text(changed)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the copy, with settings and database of its own, whatever this test runs on."""
    ours = ("PYTEST_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "CI")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "DJANGO_SETTINGS_MODULE": "caucasus.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy in which the new type stands, with its migration."""
    folder = tmp_path_factory.mktemp("house")
    copy_of_the_house(folder)
    shutil.copytree(NEW_TYPE, folder, dirs_exist_ok=True)
    add_the_line(folder / "caucasus/settings/base.py")
    made = run(folder, "manage.py", "makemigrations")
    assert made.returncode == 0, made.stderr
    written = [path.name for path in (folder / "apps/sightings/migrations").glob("0*.py")]
    assert written == ["0001_initial.py"], made.stdout
    return folder


@pytest.fixture(scope="module")
def report(house: Path) -> str:
    """What pytest says in the copy of the tests that touch the new type."""
    words = " or ".join(filter(None, [*TESTS.values(), "promises"]))
    options = ("-rA", "--tb=short", "-p", "no:cacheprovider", "-k", words)
    done = run(house, "-m", "pytest", *options, *TESTS)
    return done.stdout + done.stderr


@pytest.mark.parametrize("path", TESTS)
def test_a_new_type_keeps_what_the_house_promises(report, path):
    words = re.findall(rf"^([A-Z]+) {re.escape(path)}", report, re.M)
    assert set(words) == {"PASSED"}, report
    assert len(words) >= (5 if path == PROMISES else 10)


def test_a_new_type_is_one_line_outside_of_its_own_files(house):
    """Every file of the copy that differs from ours, or that we have not."""
    ours = {path.relative_to(NEW_TYPE) for path in NEW_TYPE.rglob("*.*")}
    ours.add(Path("apps/sightings/migrations/0001_initial.py"))
    changed = [
        path.relative_to(house)
        for top in COPIED
        for path in (house / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if not (ROOT / path.relative_to(house)).exists()
        or path.read_bytes() != (ROOT / path.relative_to(house)).read_bytes()
    ]
    assert set(changed) - ours == {Path("caucasus/settings/base.py")}

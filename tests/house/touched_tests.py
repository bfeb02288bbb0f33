"""Which tests a change touches, by the folders of the files that differ from a commit.

`python -m tests.house.touched_tests [commit]` prints them for `make check`. It is a quick answer
while one works, and no proof: what stands further up the house is for `make test`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ["tests/house/test_architecture.py", "tests/house/test_conventions.py"]
EVERY_TYPE = "tests/api/test_every_resource.py"
# By the beginning of a path, the first that fits. Any other folder of apps/ has its tests in the
# folder of its name: tests/exchange, tests/api/query, tests/types/actors.
TOUCHED = {
    "apps/core/": ["tests/core", EVERY_TYPE],
    "apps/ledger/": ["tests/documents"],
    "apps/seeds/": ["tests/data/test_seeds.py", "tests/data/test_seed_faults.py"],
    "apps/api/http/": ["tests/api/answers", EVERY_TYPE],
    "apps/api/codebook/": ["tests/api/openapi/test_meta.py", "tests/api/openapi/test_options.py"],
    "apps/api/views.py": ["tests/api/answers", EVERY_TYPE],
    "caucasus/api/": ["tests/api/answers", "tests/api/openapi/test_meta.py"],
    "caucasus/settings/": ["tests/accounts", "tests/api/answers/test_conditional.py"],
    "caucasus/": ["tests/desk/test_desk.py", "tests/desk/test_charts.py", "tests/house"],
    "seeds/": ["tests/data"],
    "docs/openapi.yaml": ["tests/api/openapi/test_schema.py"],
    "docs/api-surface.txt": ["tests/api/openapi/test_api_surface.py"],
    "docs/api.md": ["tests/browser/test_walkthrough.py"],
    "docs/": ["tests/house/test_readme.py"],
}


def changed_files(commit: str) -> list[str]:
    """Files that differ from a commit, and those that git does not know yet."""
    listings = (
        ("diff", "--name-only", commit),
        ("ls-files", "--others", "--exclude-standard"),
    )
    return [
        path
        for arguments in listings
        for path in subprocess.check_output(["git", *arguments], cwd=ROOT, text=True).splitlines()
    ]


def tests_of(path: str) -> list[str]:
    """The tests that a file touches, as files and folders that may not be there."""
    top, *folders = path.split("/")[:-1] or [""]
    name = path.split("/")[-1]
    if beginning := next((known for known in TOUCHED if path.startswith(known)), None):
        return TOUCHED[beginning]
    if top == "apps":
        room = "/".join(folders[:2] if folders[:1] == ["api"] else folders[:1])
        return [f"tests/{room}", f"tests/types/{room}"] if room else []
    if top == "tests" and name.startswith("test_"):
        return [path]
    if top == "tests" and folders[:1] == ["support"]:
        module = f"tests.support.{path[len('tests/support/') :].removesuffix('.py')} "
        return [str(test.relative_to(ROOT)) for test in all_tests() if module in test.read_text()]
    if top == "tests":
        return ["/".join(["tests", *folders])] if folders else []
    return ["tests/house/test_readme.py"] if name.endswith(".md") else []


def all_tests() -> list[Path]:
    """Every file of tests."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


def touched_tests(paths: Iterable[str]) -> list[str]:
    """The files and folders of tests that changed files touch, none of them within another."""
    changed = list(paths)
    wanted = {test for path in changed for test in tests_of(path)}
    if any(path.endswith(".py") for path in changed):
        wanted.update(HOUSE)
    there = sorted(test for test in wanted if (ROOT / test).exists())
    return [test for test in there if not any(test.startswith(f"{folder}/") for folder in there)]


if __name__ == "__main__":
    sys.stdout.write(" ".join(touched_tests(changed_files(*sys.argv[1:2] or ["HEAD"]))) + "\n")

"""What tests cost is counted in work: no clock decides, and no dataset is loaded twice."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# CPU time is none: a test may compare what two things cost within one run.
CLOCK = re.compile(r"\b(?:monotonic|perf_counter|time\.time|deadline=(?!None))\b")
# A second factor's code depends on the time of day.
TIME_OF_DAY = {"tests/accounts/test_second_factor.py"}
LOAD = re.compile(r"(?<![\w.])run_seed\(\)|\"loaddata\"")
# Where loading itself is the subject. Every other test takes `load_curated_data()`, which runs
# `run_seed()` once a process; hostile_queries.py is a program of its own.
LOADS = {
    "tests/data/test_fixtures.py": 1,
    "tests/data/test_seeds.py": 5,
    "tests/support/seeding.py": 1,
    "tests/support/hostile/queries.py": 1,
}


def other_files(root: Path) -> Iterator[tuple[str, str]]:
    """Every Python file of the tests but this one: its path and its text without docstrings."""
    for path in (root / "tests").rglob("*.py"):
        if path != Path(__file__):
            text = re.sub(r'"""[\s\S]*?"""', "", path.read_text())
            yield str(path.relative_to(root)), text


def test_no_test_asserts_how_long_anything_takes(root):
    tests = [(path, text) for path, text in other_files(root) if "/test_" in path]
    assert {path for path, text in tests if CLOCK.search(text)} == TIME_OF_DAY


def test_the_curated_data_are_loaded_by_commands_only_where_loading_is_the_subject(root):
    loads = Counter({path: len(LOAD.findall(text)) for path, text in other_files(root)})
    assert +loads == LOADS

"""`make check`: the tests that a change touches are found by where its files stand."""

import pytest

from tests.house.touched_tests import HOUSE, ROOT, TOUCHED, touched_tests

SOURCES = sorted(
    str(path.relative_to(ROOT))
    for top in ("apps", "caucasus")
    for path in (ROOT / top).rglob("*.py")
    if path.name != "__init__.py" or path.read_text()
)


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ([], []),
        (["LICENSE"], []),
        (["apps/links/visiting.py"], [*HOUSE, "tests/links"]),
        (["apps/actors/models.py"], [*HOUSE, "tests/types/actors"]),
        (["apps/api/query/values.py"], ["tests/api/query", *HOUSE]),
        (["apps/review/templates/review/proposal.html"], ["tests/review"]),
        (["tests/links/web.py", "tests/links/test_visiting.py"], [*HOUSE, "tests/links"]),
        (["tests/core/test_dates.py"], ["tests/core/test_dates.py", *HOUSE]),
        (
            ["tests/support/private_rows.py"],
            ["tests/api/answers/test_non_interference.py", *HOUSE],
        ),
        (["README.md", "docs/desk.md"], ["tests/house/test_readme.py"]),
        (["docs/api.md"], ["tests/browser/test_walkthrough.py"]),
    ],
)
def test_a_change_touches_the_tests_of_its_folder(changed, tests):
    assert touched_tests(changed) == tests


@pytest.mark.parametrize("path", SOURCES)
def test_whatever_is_changed_touches_more_than_the_tests_of_the_plan(path):
    assert set(touched_tests([path])) > set(HOUSE) or "tests/house" in touched_tests([path])


def test_what_is_named_is_there():
    assert [
        test for tests in TOUCHED.values() for test in tests if not (ROOT / test).exists()
    ] == []

"""What counts as a difference between two documents."""

import pytest

from apps.documents.differences import find_differences, find_divergences


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        (None, 0, True),  # none was delivered, and: how many, no source says
        (0, None, True),
        (None, False, False),  # of a record that is new: a box that is not ticked
        (None, [], False),
        (None, "", False),
        (False, True, True),
        ("a", "b", True),
        (["a"], [], True),
        (1, 1, False),
    ],
)
def test_an_unknown_number_is_not_nought(before, after, is_one):
    old, new = {"slug": "a", "number": before}, {"slug": "a", "number": after}
    assert [difference.field for difference in find_differences(old, new)] == ["number"] * is_one
    assert [
        divergence.field for divergence in find_divergences(old, old, new) if divergence.is_visible
    ] == ["number"] * is_one

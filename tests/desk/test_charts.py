"""Charts: where the pieces of a drawing stand, and how large they are."""

import pytest

from caucasus.desk.charts import GAP, HIGH, LEAST, WIDE, Number, Series, bars, columns

SERIES = [Series("Cited", "middle"), Series("Not yet", "faint")]


def drawn(*rows: tuple[int, int], as_shares: bool = False) -> list[list[tuple[int, int]]]:
    """Where each piece of each bar begins, and how wide it is."""
    given = [(f"{row}", "", [Number(one) for one in row]) for row in rows]
    chart = bars("key", "Title", "", SERIES, given, as_shares)
    return [[(one.x, one.width) for one in row.pieces] for row in chart.rows]


def test_bars_stand_to_one_scale():
    assert drawn((30, 10), (10, 10)) == [[(0, 747), (750, 247)], [(0, 247), (250, 247)]]


def test_shares_fill_the_width_whatever_their_number():
    whole, none = (0, WIDE - GAP), (WIDE, 0)
    assert drawn((30, 10), (2, 0), as_shares=True) == [[(0, 747), (750, 247)], [whole, none]]


@pytest.mark.parametrize("as_shares", [False, True])
def test_nothing_has_no_width_and_little_has_some(as_shares):
    rows = [(0, 0), (1, 99_999), (99_999, 1)]
    nothing, little, last = drawn(*rows, as_shares=as_shares)
    assert [width for _, width in nothing] == [0, 0]
    assert little[0] == (0, LEAST - GAP)
    assert last[1] == (WIDE, LEAST - GAP)


def test_no_bar_is_wider_than_the_drawing():
    given = [("a", "", [Number(99_999), Number(1)]), ("b", "", [Number(1), Number(0)])]
    chart = bars("key", "Title", "", SERIES, given)
    assert chart.width == WIDE + LEAST - GAP == max(row.end for row in chart.rows)
    assert bars("key", "Title", "", SERIES, []).width == WIDE


def test_a_bar_is_read_out():
    chart = bars("key", "Title", "", SERIES, [("a", "", [Number(3), Number(0)])])
    assert chart.rows[0].words == "3 cited, 0 not yet"


def test_columns_stand_beside_each_other_and_reach_from_the_ground():
    weeks = [("2026-01-05", Number(4)), ("2026-01-12", Number(0)), ("2026-01-19", Number(1))]
    chart = columns("key", "Title", "", weeks)
    assert [(one.x, one.y, one.height) for one in chart.columns] == [
        (0, 0, HIGH),
        (333, HIGH, 0),
        (666, 75, 25),
    ]
    assert chart.thickness == 330
    assert chart.highest == 4
    assert chart.words == "2026-01-05: 4, 2026-01-12: 0, 2026-01-19: 1"


def test_columns_of_nothing_are_an_empty_drawing():
    chart = columns("key", "Title", "", [("now", Number(0))])
    assert (chart.highest, chart.columns[0].height) == (0, 0)

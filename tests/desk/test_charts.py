"""Charts: where the pieces of a drawing stand, and how large they are."""

import pytest

from caucasus.desk.charts import (
    FULL_HEIGHT,
    FULL_WIDTH,
    MIN_VISIBLE_SIZE,
    PIECE_GAP,
    LinkedNumber,
    Series,
    make_bar_chart,
    make_column_chart,
)

SERIES = [Series("Cited", "middle"), Series("Not yet", "faint")]


def drawn_pieces(*rows: tuple[int, int], as_shares: bool = False) -> list[list[tuple[int, int]]]:
    """Where each piece of each bar begins, and how wide it is."""
    given = [(f"{row}", "", [LinkedNumber(number) for number in row]) for row in rows]
    chart = make_bar_chart("key", "Title", "", SERIES, given, as_shares)
    return [[(piece.x, piece.width) for piece in row.pieces] for row in chart.rows]


def test_bars_stand_to_one_scale():
    assert drawn_pieces((30, 10), (10, 10)) == [[(0, 747), (750, 247)], [(0, 247), (250, 247)]]


def test_shares_fill_the_width_whatever_their_number():
    whole, none = (0, FULL_WIDTH - PIECE_GAP), (FULL_WIDTH, 0)
    assert drawn_pieces((30, 10), (2, 0), as_shares=True) == [[(0, 747), (750, 247)], [whole, none]]


@pytest.mark.parametrize("as_shares", [False, True])
def test_nothing_has_no_width_and_little_has_some(as_shares):
    rows = [(0, 0), (1, 99_999), (99_999, 1)]
    nothing, little, last = drawn_pieces(*rows, as_shares=as_shares)
    assert [width for _, width in nothing] == [0, 0]
    assert little[0] == (0, MIN_VISIBLE_SIZE - PIECE_GAP)
    assert last[1] == (FULL_WIDTH, MIN_VISIBLE_SIZE - PIECE_GAP)


def test_no_bar_is_wider_than_the_drawing():
    given = [
        ("a", "", [LinkedNumber(99_999), LinkedNumber(1)]),
        ("b", "", [LinkedNumber(1), LinkedNumber(0)]),
    ]
    chart = make_bar_chart("key", "Title", "", SERIES, given)
    assert (
        chart.width
        == FULL_WIDTH + MIN_VISIBLE_SIZE - PIECE_GAP
        == max(row.end for row in chart.rows)
    )
    assert make_bar_chart("key", "Title", "", SERIES, []).width == FULL_WIDTH


def test_a_bar_is_read_out():
    chart = make_bar_chart(
        "key", "Title", "", SERIES, [("a", "", [LinkedNumber(3), LinkedNumber(0)])]
    )
    assert chart.rows[0].spoken_text == "3 cited, 0 not yet"


def test_columns_stand_beside_each_other_and_reach_from_the_ground():
    weeks = [
        ("2026-01-05", LinkedNumber(4)),
        ("2026-01-12", LinkedNumber(0)),
        ("2026-01-19", LinkedNumber(1)),
    ]
    chart = make_column_chart("key", "Title", "", weeks)
    assert [(column.x, column.y, column.height) for column in chart.columns] == [
        (0, 0, FULL_HEIGHT),
        (333, FULL_HEIGHT, 0),
        (666, 75, 25),
    ]
    assert chart.column_width == 330
    assert chart.greatest_number == 4
    assert chart.spoken_text == "2026-01-05: 4, 2026-01-12: 0, 2026-01-19: 1"


def test_columns_of_nothing_are_an_empty_drawing():
    chart = make_column_chart("key", "Title", "", [("now", LinkedNumber(0))])
    assert (chart.greatest_number, chart.columns[0].height) == (0, 0)

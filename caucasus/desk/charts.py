"""Small charts, drawn as SVG on the server: bars in a table, and columns over time.

A drawing is measured in whole units, and the page stretches it; colours are tones, which
charts.css knows in light and dark. The numbers stand beside the drawing as text and links, so
nothing is said by a drawing alone. templates/caucasus/bars.html and columns.html show them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FULL_WIDTH = 1000  # units across, of the longest bar
FULL_HEIGHT = 100  # units up, of the highest column
MIN_VISIBLE_SIZE = 6  # units of what is not nothing, so that it can be seen
PIECE_GAP = 3  # units between two pieces


@dataclass(frozen=True)
class LinkedNumber:
    """How many there are, and the list of them, if there is one."""

    count: int
    address: str = ""


@dataclass(frozen=True)
class Series:
    """What the pieces of one tone are: strong, deep, middle, warm, hot or faint."""

    name: str
    tone: str


@dataclass(frozen=True)
class Piece:
    """A number within a bar: where it begins, and how wide it is."""

    series: Series
    number: LinkedNumber
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """A row of the table."""

    name: str
    address: str
    pieces: list[Piece]

    @property
    def spoken_text(self) -> str:
        """What the bar shows, to be read out."""
        said = (f"{piece.number.count} {piece.series.name.lower()}" for piece in self.pieces)
        return ", ".join(said)

    @property
    def end(self) -> int:
        """Where the bar ends."""
        return max(piece.x + piece.width for piece in self.pieces)


@dataclass(frozen=True)
class BarChart:
    """A table with a bar in each row."""

    key: str
    title: str
    note: str
    series: Sequence[Series]
    rows: list[Bar]

    @property
    def width(self) -> int:
        """Units across; a little more than WIDE where small pieces were widened."""
        return max([FULL_WIDTH, *(row.end for row in self.rows)])


BarRow = tuple[str, str, Sequence[LinkedNumber]]  # its name, its own list, a number for each series


def make_bar_chart(
    key: str,
    title: str,
    note: str,
    series: Sequence[Series],
    rows: Iterable[BarRow],
    as_shares: bool = False,
) -> BarChart:
    """Bars of numbers that add up: to one scale, or each to the full width.

    `key` is a word that no other chart of the page has.
    """
    given = list(rows)
    sums = [sum(number.count for number in numbers) for *_, numbers in given]
    most = max(sums, default=0)
    scales = sums if as_shares else [most] * len(sums)
    drawn = [
        Bar(name, address, bar_pieces(series, numbers, scale or 1))
        for (name, address, numbers), scale in zip(given, scales, strict=True)
    ]
    return BarChart(key, title, note, series, drawn)


def bar_pieces(
    series: Sequence[Series], numbers: Sequence[LinkedNumber], scale: int
) -> list[Piece]:
    """The pieces of a bar, one after the other; `scale` is how many fill the width."""
    drawn: list[Piece] = []
    end = passed = 0
    for tone, number in zip(series, numbers, strict=True):
        start, passed = end, passed + number.count
        end = (
            max(round(FULL_WIDTH * passed / scale), start + MIN_VISIBLE_SIZE)
            if number.count
            else start
        )
        drawn.append(Piece(tone, number, start, max(end - start - PIECE_GAP, 0)))
    return drawn


@dataclass(frozen=True)
class Column:
    """A number at a time: where it stands and how high it is, measured from the top."""

    name: str
    number: LinkedNumber
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class ColumnChart:
    """Numbers over time."""

    key: str
    title: str
    note: str
    columns: list[Column]

    width = FULL_WIDTH
    height = FULL_HEIGHT

    @property
    def column_width(self) -> int:
        """Units across of a column."""
        return FULL_WIDTH // len(self.columns) - PIECE_GAP

    @property
    def greatest_number(self) -> int:
        """The greatest number."""
        return max(column.number.count for column in self.columns)

    @property
    def spoken_text(self) -> str:
        """What the columns show, to be read out."""
        return ", ".join(f"{column.name}: {column.number.count}" for column in self.columns)


def make_column_chart(
    key: str, title: str, note: str, numbers: Sequence[tuple[str, LinkedNumber]]
) -> ColumnChart:
    """Columns of numbers, each with the name of its time; there is at least one."""
    most = max(number.count for _, number in numbers) or 1
    drawn = []
    for place, (name, number) in enumerate(numbers):
        height = (
            max(round(FULL_HEIGHT * number.count / most), MIN_VISIBLE_SIZE) if number.count else 0
        )
        x = place * (FULL_WIDTH // len(numbers))
        drawn.append(Column(name, number, x, FULL_HEIGHT - height, height))
    return ColumnChart(key, title, note, drawn)

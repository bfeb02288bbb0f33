"""Small charts, drawn as SVG on the server: bars in a table, and columns over time.

A drawing is measured in whole units, and the page stretches it; colours are tones, which
charts.css knows in light and dark. The numbers stand beside the drawing as text and links, so
nothing is said by a drawing alone. templates/caucasus/bars.html and columns.html show them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDE = 1000  # units across, of the longest bar
HIGH = 100  # units up, of the highest column
LEAST = 6  # units of what is not nothing, so that it can be seen
GAP = 3  # units between two pieces


@dataclass(frozen=True)
class Number:
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
    number: Number
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """A row of the table."""

    name: str
    address: str
    pieces: list[Piece]

    @property
    def words(self) -> str:
        """What the bar shows, to be read out."""
        said = (f"{piece.number.count} {piece.series.name.lower()}" for piece in self.pieces)
        return ", ".join(said)

    @property
    def end(self) -> int:
        """Where the bar ends."""
        return max(piece.x + piece.width for piece in self.pieces)


@dataclass(frozen=True)
class Bars:
    """A table with a bar in each row."""

    key: str
    title: str
    note: str
    series: Sequence[Series]
    rows: list[Bar]

    @property
    def width(self) -> int:
        """Units across; a little more than WIDE where small pieces were widened."""
        return max([WIDE, *(row.end for row in self.rows)])


Row = tuple[str, str, Sequence[Number]]  # its name, its own list, a number for each series


def bars(
    key: str,
    title: str,
    note: str,
    series: Sequence[Series],
    rows: Iterable[Row],
    as_shares: bool = False,
) -> Bars:
    """Bars of numbers that add up: to one scale, or each to the full width.

    `key` is a word that no other chart of the page has.
    """
    given = list(rows)
    sums = [sum(number.count for number in numbers) for *_, numbers in given]
    most = max(sums, default=0)
    scales = sums if as_shares else [most] * len(sums)
    drawn = [
        Bar(name, address, pieces(series, numbers, scale or 1))
        for (name, address, numbers), scale in zip(given, scales, strict=True)
    ]
    return Bars(key, title, note, series, drawn)


def pieces(series: Sequence[Series], numbers: Sequence[Number], scale: int) -> list[Piece]:
    """The pieces of a bar, one after the other; `scale` is how many fill the width."""
    drawn: list[Piece] = []
    end = passed = 0
    for tone, number in zip(series, numbers, strict=True):
        start, passed = end, passed + number.count
        end = max(round(WIDE * passed / scale), start + LEAST) if number.count else start
        drawn.append(Piece(tone, number, start, max(end - start - GAP, 0)))
    return drawn


@dataclass(frozen=True)
class Column:
    """A number at a time: where it stands and how high it is, measured from the top."""

    name: str
    number: Number
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Columns:
    """Numbers over time."""

    key: str
    title: str
    note: str
    columns: list[Column]

    width = WIDE
    height = HIGH

    @property
    def thickness(self) -> int:
        """Units across of a column."""
        return WIDE // len(self.columns) - GAP

    @property
    def highest(self) -> int:
        """The greatest number."""
        return max(column.number.count for column in self.columns)

    @property
    def words(self) -> str:
        """What the columns show, to be read out."""
        return ", ".join(f"{column.name}: {column.number.count}" for column in self.columns)


def columns(key: str, title: str, note: str, numbers: Sequence[tuple[str, Number]]) -> Columns:
    """Columns of numbers, each with the name of its time; there is at least one."""
    most = max(number.count for _, number in numbers) or 1
    drawn = []
    for place, (name, number) in enumerate(numbers):
        height = max(round(HIGH * number.count / most), LEAST) if number.count else 0
        x = place * (WIDE // len(numbers))
        drawn.append(Column(name, number, x, HIGH - height, height))
    return Columns(key, title, note, drawn)

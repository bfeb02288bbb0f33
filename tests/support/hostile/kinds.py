"""Values that break programs, values that nearly mean something, and who may take which.

A `ValueKind` knows what a parameter's value may be by its own, independent reading of the contract:
the standard library and a few lines here, nothing of what the API itself reads with.
"""

import calendar
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0]"
)
Verdict = bool | None  # may it be accepted; None: this reading does not say

# Written as text; a lone surrogate becomes bytes that are no UTF-8.
HOSTILE_TEXTS = [
    # emptiness, and what looks like it
    *("", " ", "   ", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u2060", "\u3164", "''", '""'),
    *("null", "NULL", "nil", "None", "undefined", "NaN", "nan", "-", "_", ".", "..", "/", "*"),
    # control characters, surrogates, noncharacters, private use
    *("\x00", "a\x00b", "\x01", "\x08", "\t", "\n", "\r\n", "a\nb: c", "\x1b[31m", "\x7f", "\x85"),
    *("\ud800", "\udfff", "a\udc80", "\ufffe", "\uffff", "\U0010ffff", "\ue000", "\U000f0000"),
    # direction, combination, normalisation, case, width
    *("\u202ereversed", "\u2066x\u2069", "\u200fשלום", "مرحبا", "e\u0301", "é", "n\u0303" * 30),
    *("Z\u0351\u0363\u036b", "ﬁ", "ß", "ẞ", "İ", "ı", "ſ", "Ｋａｚａｋｈ", "𝕂𝕒𝕫", "K", "Å"),
    *("💥", "👩‍👩‍👧", "🇦🇿", "Հայաստան", "Қазақстан", "საქართველო", "آذربایجان", "亞塞拜然", "한국"),
    # numbers, and digits that are none here
    *("0", "-0", "00", "007", "1.0", "1.", ".5", "1e3", "1E400", "0x10", "0b1", "1_000", "1,000"),
    *("+1", " 1", "1 ", "--1", "٣", "१२", "１２", "²", "½", "Ⅻ", "1" * 16, "9" * 25, "9" * 400),
    *("2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775808"),
    *("18446744073709551616", "1.7976931348623157e309", "0.0000001", "-1", "Infinity", "-inf"),
    # dates at and beyond the bounds
    *("0000", "0001-01-01", "1699", "1700", "2200", "2201", "9999-12-31", "10000", "1985-02-29"),
    *("2024-02-30", "2024-02-29", "2025-13", "2025-00", "2025-25", "2025-24-01", "2025-2", "199X"),
    *("2020/2011", "../..", "/2020", "2020/", "2020/2021/2022", "..", "../2020", "2020??", "?2020"),
    *("２０２５", "2025-02-11T10:00", "2025-02-11T10:00:00Z", "2016-12-31T23:59:60Z", "2025-W03"),
    *("2025-02-31T00:00:00Z", "2025-02-11T24:00:00Z", "2025-02-11T10:00:00+99:99", "Tue, 1 Jan"),
    # the syntax of others
    *("'", '"', "';--", "' OR '1'='1", "1; DROP TABLE x", "%", "_", "%%", "a%b_c", "\\", "\\\\"),
    *("a\\", "[a-z]*", "(((((", "^$", "(a+)+$", "*:*", "a AND", "NEAR(", '"a', "a:*", "!a", "&|!"),
    *("{}", "[]", "{{7*7}}", "${7*7}", "<script>", "&amp;", "../../etc/passwd", "file:///x", "%s"),
    *("%(x)s", "{0}", "\\u0000", "=1+1", "@x", "#", "?x=1", "x&y=1", "x;y", "$where", "__class__"),
    # commas, and size
    *(",", ",,", "a,", ",a", "a,,b", "a, b", ",".join("a" * 199), ",".join("ab" * 101)),
    *("a" * 119, "a" * 121, "a" * 200, "a" * 201, "a" * 4000, "a b " * 40, "-" * 300, "я" * 200),
]
# Put into the address as they stand.
RAW_VALUES = [
    *("%", "%zz", "%2", "%u0041", "%00", "%0a", "%0d%0aX-A:%20b", "%ff", "%fe%ff", "%c0%af"),
    *("%e2%82", "%ed%a0%80", "%f4%90%80%80", "%2527", "%252e%252e", "+", "%20", "a%20b", "%c3%a9"),
    *("=", "a=b", "%26", "%3d", "a%26b%3dc", "%2c", "a%2cb", "%EF%BB%BF", "%E2%80%AE", "%5Cu0000"),
]
BAD_NAMES = [
    *("x", "limit", "id", "pk", "password", "document", "publication", "__proto__", "slug__regex"),
    *(
        "revision__user__password",
        "q__not__not",
        "ordering__not",
        "Q",
        "name__",
        "__in",
        "é",
        "a b",
    ),
    *(
        "supplier__publication",
        "citations__record",
        "parties__record__slug",
        "name__icontains__not_",
    ),
]


@dataclass(frozen=True)
class ValueKind:
    """What sort of value a parameter takes."""

    name: str
    random_value: Callable[[Random], str]
    accepts: Callable[[str], Verdict]
    near_misses: tuple[str, ...] = ()
    ends: Callable[[str], tuple[Any, Any]] | None = None  # the least and the greatest it may mean

    def may_end_with(self, first: str, last: str) -> bool:
        """Whether a range from one value to the other has anything in it."""
        return self.ends is None or self.ends(first)[0] <= self.ends(last)[1]


def split_at_commas(text: str) -> list[str]:
    """Values with commas between; one after a backslash belongs to a value."""
    values = [""]
    for letter in text:
        if letter == "," and not values[-1].endswith("\\"):
            values.append("")
        elif letter == ",":
            values[-1] = values[-1][:-1] + letter
        else:
            values[-1] += letter
    return values


def is_plain(text: str) -> bool:
    """Whether it is text without control, private or unassigned characters, and not too long."""
    allowed = all(unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn") for letter in text)
    return allowed and len(text) <= 200


def random_day(random: Random) -> str:
    """Some date of level 0 or 1."""
    year, month, day = random.randint(1700, 2200), random.randint(1, 12), random.randint(1, 28)
    forms = (
        f"{year}",
        f"{year}-{month:02}",
        f"{year}-{month:02}-{day:02}",
        f"{year}-2{month % 4 + 1}",
        f"{min(year, 2199) // 10}X",
        f"{min(year, 2199) // 100}XX",
        f"{year}-XX",
        f"{year}-{month:02}-XX",
    )
    return (
        random.choice((*forms, "1700", "2200-12-31", "2024-02-29"))
        + random.choice("   ?~%").strip()
    )


def random_date(random: Random) -> str:
    """Some EDTF date, perhaps an interval."""
    first, form = random_day(random), random.randrange(6)
    if form == 0:
        return random.choice((f"{first}/..", f"../{first}", f"{first}/", f"/{first}"))
    year = int(first[:4].replace("X", "9"))
    return f"{1700 + form}/{max(year, 1710)}" if form == 1 else first


def first_and_last_day(text: str) -> tuple[date, date] | None:
    """The first and last day of a date that is no interval; None: it is none."""
    text = text[:-1] if text.endswith(("?", "~", "%")) else text
    if re.fullmatch("1[789]([0-9]X|XX)|2[01]([0-9]X|XX)", text):
        return date(int(text.replace("X", "0")), 1, 1), date(int(text.replace("X", "9")), 12, 31)
    if re.fullmatch("[0-9]{4}(-XX|-XX-XX|-(0[1-9]|1[0-2])-XX)", text):
        text = text.replace("-XX", "")
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", text)
    if not match or not 1700 <= int(match[1]) <= 2200:
        return None
    year, month, day = (int(group) if group else None for group in match.groups())
    first, last = (1, 12) if month is None else (month, month)
    if month in (21, 22, 23, 24) and day is None:
        first = (month - 20) * 3
        last = min(first + 2, 12)
    try:
        latest = calendar.monthrange(year, last)[1] if day is None else day
        return date(year, first, 1 if day is None else day), date(year, last, latest)
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """Whether it is an EDTF date as the contract has it."""
    return date_ends(text) is not None


def date_ends(text: str) -> tuple[date, date] | None:
    """The first and last day that a date may mean; None: it is none."""
    sides = text.split("/")
    if len(sides) == 1:
        return first_and_last_day(text)
    open_end = (date.min, date.max)
    spans = [open_end if side in ("..", "") else first_and_last_day(side) for side in sides]
    if len(sides) != 2 or None in spans or spans == [open_end, open_end]:
        return None
    first, last = spans
    assert first is not None
    assert last is not None
    return (first[0], last[1]) if first[0] <= last[1] else None


def is_number(text: str, least: int, greatest: int, whole: bool) -> bool:
    """Whether it is a number in plain ASCII decimals, within bounds."""
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
        return False
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return least <= number <= greatest and (not whole or number == int(number))


def is_moment(text: str) -> Verdict:
    """Whether it is an RFC 3339 time; None where that may be read either way."""
    if not text[:1].isdigit() or not text.isascii() or len(text) < 11 or ":" not in text:
        return False
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return 1700 <= moment.year <= 2200 and (True if moment.year not in (1700, 2200) else None)


def is_box(text: str) -> bool:
    """Whether it is west,south,east,north, each a number of JSON."""
    try:
        numbers = [json.loads(part.strip(" ")) for part in text.split(",")]
    except ValueError:
        return False
    if len(numbers) != 4 or any(type(number) not in (int, float) for number in numbers):
        return False
    west, south, east, north = numbers
    return max(abs(west), abs(east)) <= 180 and -90 <= south <= north <= 90


def ends_of_date(text: str) -> tuple[date, date]:
    """The first and last day of what is a date."""
    ends = date_ends(text)
    assert ends is not None
    return ends


DATE_KIND = ValueKind(
    "date",
    random_date,
    is_date,
    ("2025-1", "2025-02-30", "2030/2020", "1699-12-31", "2025-2?"),
    ends_of_date,
)
BOOLEAN_KIND = ValueKind(
    "boolean",
    lambda random: random.choice(("true", "false")),
    lambda text: text in ("true", "false"),
    ("True", "1", "0", "yes", "FALSE", " true", "true,false"),
)
SAMPLE_WORDS = (
    "a",
    "the",
    "Kazakhstan",
    "jf-17",
    "Çıldır",
    "Ղարաբաղ",
    "100%",
    "a_b",
    "O'Brien",
    "x" * 200,
)
TEXT_KIND = ValueKind(
    "text",
    lambda random: random.choice(SAMPLE_WORDS),
    is_plain,
    ("a" * 201, "\ue000", "a\u0378", "\x9f"),
)
MOMENT_KIND = ValueKind(
    "moment",
    lambda random: f"{random.randint(1990, 2030)}-0{random.randint(1, 9)}-11T12:00:00Z",
    is_moment,
    ("2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "12:00:00Z"),
)
BOX_KIND = ValueKind(
    "box",
    lambda random: f"{random.randint(-180, 40)},{random.randint(-90, 30)},60.5,45.25",
    is_box,
    ("1,2,3", "1,2,3,4,5", "10,60,60,20", "-181,0,0,0", "1_0,0,20,10", "٤,0,20,10", "nan,0,1,1"),
)
OTHER_KIND = ValueKind("other", lambda random: random.choice(SAMPLE_WORDS), lambda text: None)


def whole_number_kind(least: int, greatest: int) -> ValueKind:
    """A whole number in ASCII digits."""

    def accepts(text: str) -> bool:
        digits = re.fullmatch("[0-9]{1,16}", text) is not None
        return digits and least <= int(text) <= greatest

    def valid(random: Random) -> str:
        return str(random.choice((least, random.randint(least, min(greatest, least + 60)))))

    return ValueKind("whole", valid, accepts, (str(least - 1), str(greatest + 1), "1.0", "٣", "+1"))


def number_kind(greatest: int, *, is_whole: bool, least: int | None = None) -> ValueKind:
    """A number to compare with."""
    lowest = -greatest if least is None else least

    def valid(random: Random) -> str:
        number = random.choice((0, -1, lowest, greatest, random.randint(0, 3000)))
        return str(min(max(number, lowest), greatest))

    near = (str(greatest + 1), "1e3", "0.1" if is_whole else "0.1234567", "1,5", "-", "1.")
    return ValueKind(
        "number",
        valid,
        lambda text: is_number(text, lowest, greatest, is_whole),
        (*near, str(lowest - 1)),
        lambda text: (Decimal(text), Decimal(text)),
    )


def word_kind(words: Collection[str]) -> ValueKind:
    """A word of a closed vocabulary, or the slug of one of these records."""
    known = sorted(words)
    near = tuple(
        variant for word in known[:3] for variant in (word.upper() + "x", f"{word} ", word[:-1])
    )

    def valid(random: Random) -> str:
        return random.choice(known) if known else "none"

    return ValueKind(
        "word", valid, set(known).__contains__, tuple(v for v in near if v not in words)
    )


def name_list_kind(words: Sequence[str], most: int, sign: str = "") -> ValueKind:
    """Names with commas between, each perhaps with a sign before it."""

    def valid(random: Random) -> str:
        chosen = random.sample(words, min(len(words), random.randint(1, 3)))
        return ",".join(random.choice(("", sign)) + name for name in chosen)

    def accepts(text: str) -> Verdict:
        names = [
            name.strip().removeprefix(sign) if sign else name.strip() for name in text.split(",")
        ]
        return all(name in words for name in names) and (True if len(names) <= most else None)

    return ValueKind(
        "names", valid, accepts, (",", f"{words[0]},", f",{words[0]}", f"{words[0]},,x")
    )

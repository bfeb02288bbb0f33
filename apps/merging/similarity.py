"""How like two documents of a type are: whether they may speak of the same thing, and why.

Equal identifiers settle it. Else likeness begins with the names, with what the two refer to, or
with what happened between whom and when; what the two say differently takes away from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db import models

from apps.core import dates
from apps.core.fields import CodeField, EdtfField, PlainTextField
from apps.core.models import Record
from apps.documents.serializers import document_reader, serializer_class
from apps.search.similar import shared_letters_ratio
from apps.search.words import folded_words

Document = dict[str, Any]

MIN_NAME_LIKENESS = 0.8  # the share of two names' words that have to be alike
MIN_WORD_LIKENESS, MIN_LIKENESS_OF_OTHER_START = (
    0.8,
    0.9,
)  # letters that two spellings of a word have in common
MIN_SHARED_ACTORS = 0.6  # the share of two lists of actors that have to be the same
SAME_REFERENCES_SCORE, SAME_EVENT_SCORE = 0.8, 0.75  # likeness before what speaks against it
# How much is left of a likeness where the two differ.
OTHER_KIND_FACTOR, OTHER_CODE_FACTOR, OTHER_WORD_FACTOR, OTHER_TIME_FACTOR, OTHER_ACTORS_FACTOR = (
    0.6,
    0.5,
    0.85,
    0.5,
    0.5,
)
FILLER_WORDS = frozenset(
    ("the", "of", "and", "a", "an", "in", "on", "for", "to", "with", "between")
)


@dataclass(frozen=True)
class ComparedFields:
    """The fields of a type by what they tell of likeness."""

    needed: tuple[str, ...]  # references without which there is no record
    texts: tuple[str, ...]  # short texts beside the name
    chosen: tuple[str, ...]  # words of closed lists
    codes: tuple[str, ...]  # codes that many share, such as that of a country
    dates: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]  # lists of parts, and the reference in each


@cache
def compared_fields(model: type[Record]) -> ComparedFields:
    """The fields of a type, sorted out."""
    own = [f for f in model._meta.fields if f.name in serializer_class(model).Meta.fields]
    lists = (key for key, _ in document_reader(model).reference_paths() if len(key) == 2)
    ends = {"slug", "summary", "certainty", model.label_field}
    texts = [f for f in own if isinstance(f, PlainTextField) and f.name not in ends]
    ends |= {f.name for f in own if f.name.endswith(("_qualifier", "_unit", "_currency"))}
    words = [f for f in own if f.choices and not isinstance(f, CodeField) and f.name not in ends]
    codes = [f.name for f in own if isinstance(f, CodeField) and f.name not in ends]
    return ComparedFields(
        tuple(f.name for f in own if isinstance(f, models.ForeignKey) and not f.null),
        tuple(f.name for f in texts if (f.max_length or 0) <= 200),
        tuple(f.name for f in words),
        tuple(name for name in codes if name not in model.distinct_codes),
        tuple(f.name for f in own if isinstance(f, EdtfField)),
        tuple((key[0], key[1]) for key in lists if key[0] != "citations"),
    )


def compare_documents(
    model: type[Record], document: Document, other: Document
) -> tuple[float, list[str]]:
    """How like two documents are, from 0 to 1, and by what."""
    if same := sorted(external_id_pairs(document) & external_id_pairs(other)):
        return 1.0, [f"same external id: {scheme} {value}" for scheme, value in same]
    if has_reference_between(model, document, other) or is_certainly_other(model, document, other):
        return 0.0, []
    reasons = list(likeness_reasons(model, document, other))
    if not reasons:
        return 0.0, []
    score = max(weight for weight, _ in reasons)
    for share in difference_factors(model, document, other):
        score *= share
    return round(score, 3), [reason for _, reason in reasons]


def external_id_pairs(document: Document) -> set[tuple[str, str]]:
    """Identifiers in other registers."""
    return {(row["scheme"], row["value"]) for row in document.get("external_ids") or []}


def has_reference_between(model: type[Record], document: Document, other: Document) -> bool:
    """Whether one of the two refers to the other: a part and its whole are two."""
    for (key, *inner), of in document_reader(model).reference_paths():
        for naming, candidate in ((document, other), (other, document)):
            value = naming.get(key) or []
            values = value if isinstance(value, list) else [value]
            named = {v.get(inner[0]) if inner else v for v in values}
            if of is model and key != "citations" and candidate.get("slug") in named:
                return True
    return False


def is_certainly_other(model: type[Record], document: Document, other: Document) -> bool:
    """Whether a register, or what they refer to, says that they are two."""
    schemes = {scheme for scheme, _ in external_id_pairs(document)} & {
        scheme for scheme, _ in external_id_pairs(other)
    }
    needed = compared_fields(model).needed
    others = any(document.get(name) != other.get(name) for name in needed)
    codes = any(
        is_known_to_differ(document.get(name), other.get(name)) for name in model.distinct_codes
    )
    return bool(schemes) or others or codes


def likeness_reasons(
    model: type[Record], document: Document, other: Document
) -> Iterator[tuple[float, str]]:
    """What makes two documents alike: how much, and in words."""
    fields = compared_fields(model)
    share, first, second = nearest_names(
        comparable_names(model, document), comparable_names(model, other)
    )
    if share >= MIN_NAME_LIKENESS:
        both = f"“{first}”" if first == second else f"“{first}”, “{second}”"
        yield share, f"{'same name' if share == 1 else 'names alike'}: {both}"
    if fields.needed and not fields.texts:
        yield SAME_REFERENCES_SCORE, f"same {' and '.join(fields.needed)}"
    for name in fields.texts if fields.needed else ():
        text, other_text = document.get(name), other.get(name)
        if text and other_text and name_likeness(text, other_text) >= MIN_NAME_LIKENESS:
            yield SAME_REFERENCES_SCORE, f"same {', '.join(fields.needed)} and {name}"
    days = [d for d in fields.dates if document.get(d) and document.get(d) == other.get(d)]
    if (
        days
        and (shared := shared_actors_ratio(model, document, other))
        and shared >= MIN_SHARED_ACTORS
    ):
        lists = " and ".join(dict.fromkeys(key for key, _ in fields.actors))
        yield SAME_EVENT_SCORE, f"same {days[0]} and {lists}"


def difference_factors(model: type[Record], document: Document, other: Document) -> Iterator[float]:
    """How much each thing that the two say differently leaves of their likeness."""
    fields = compared_fields(model)
    left = {"kind": OTHER_KIND_FACTOR} | dict.fromkeys(fields.codes, OTHER_CODE_FACTOR)
    for name in (*fields.chosen, *fields.codes):
        if is_known_to_differ(document.get(name), other.get(name)):
            yield left.get(name, OTHER_WORD_FACTOR)
    for name in fields.texts:
        text, other_text = document.get(name), other.get(name)
        if text and other_text and name_likeness(text, other_text) < MIN_NAME_LIKENESS:
            yield OTHER_WORD_FACTOR
    if any(has_no_common_day(document.get(name), other.get(name)) for name in fields.dates):
        yield OTHER_TIME_FACTOR
    shared = shared_actors_ratio(model, document, other)
    if shared is not None and shared < MIN_SHARED_ACTORS:
        yield OTHER_ACTORS_FACTOR


def is_known_to_differ(value: object, other: object) -> bool:
    """Whether both are known and not the same."""
    return value is not None and other is not None and value != other


def has_no_common_day(date: str | None, other: str | None) -> bool:
    """Whether two dates certainly do not mean the same time."""
    if not date or not other:
        return False
    first, second = dates.parse_edtf(date), dates.parse_edtf(other)
    return first.latest < second.earliest or second.latest < first.earliest


def shared_actors_ratio(model: type[Record], document: Document, other: Document) -> float | None:
    """The share of all records in the lists of both that stand in both; None where one is empty."""
    sides = [
        {row[inner] for key, inner in compared_fields(model).actors for row in side.get(key) or []}
        for side in (document, other)
    ]
    return len(sides[0] & sides[1]) / len(sides[0] | sides[1]) if all(sides) else None


def document_names(model: type[Record], document: Document) -> list[str]:
    """The name or title of a document and its further names."""
    further = (row.get("name") for row in document.get("names") or [])
    return [name for name in (document.get(model.label_field), *further) if name]


def comparable_names(model: type[Record], document: Document) -> dict[str, str]:
    """Names as they stand, by what is compared of them: without the words of what is referred to.

    “Tanks from Russia to Azerbaijan” is no more like “Artillery from Russia to Azerbaijan”.
    """
    slugs = " ".join(str(document.get(name)) for name in compared_fields(model).needed)
    named = {*significant_words(slugs.replace("-", " ")), "from"} if slugs else set()
    by_words: dict[str, str] = {}
    for name in document_names(model, document):
        words = [word for word in significant_words(name) if word not in named]
        by_words.setdefault(" ".join(words or significant_words(name)), name)
    return by_words


def nearest_names(ones: dict[str, str], twos: dict[str, str]) -> tuple[float, str, str]:
    """The two names of two records that are most alike, and how much."""
    return max(
        (
            (name_likeness(words, others), ones[words], twos[others])
            for words in ones
            for others in twos
        ),
        default=(0.0, "", ""),
        key=lambda pair: pair[0],
    )


@lru_cache(maxsize=10_000)
def significant_words(name: str) -> tuple[str, ...]:
    """The words of a name in any script, folded, each once, without the little ones."""
    words = tuple(dict.fromkeys(folded_words([name]).split()))
    return tuple(word for word in words if word not in FILLER_WORDS) or words


def name_likeness(name: str, other: str) -> float:
    """The share of two names' words that are spelt alike; 0 if a number stands in one alone.

    Of words in another order, or with other spaces between them, all are alike.
    """
    first, second = significant_words(name), significant_words(other)
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return 1.0 if first else 0.0
    return spelling_likeness(set(first), set(second))


def spelling_likeness(first: set[str], second: set[str]) -> float:
    """The share of all words that have one like them on the other side."""
    numbers = [{word for word in words if not word.isalpha()} for words in (first, second)]
    if numbers[0] != numbers[1]:
        return 0.0
    ones, twos = first - numbers[0], second - numbers[1]
    best = (max((same_word_likeness(word, other) for other in twos), default=0.0) for word in ones)
    return min(2 * sum(best) / (len(ones) + len(twos) or 1), 0.99)


def same_word_likeness(word: str, other: str) -> float:
    """How like two words are, if they may be one: misspelt words mostly begin aright."""
    share = shared_letters_ratio(word, other)
    return (
        share
        if share >= (MIN_WORD_LIKENESS if word[0] == other[0] else MIN_LIKENESS_OF_OTHER_START)
        else 0.0
    )

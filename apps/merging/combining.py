"""One document out of two that speak of the same thing, and references that follow it.

Nothing here reads or writes a table: merging.py does, with what is made here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, CheckConstraint, ManyToManyField, Q
from rest_framework import serializers

from apps.core.models import Record, value_as_text
from apps.core.vocabularies import NameKind
from apps.documents.differences import DERIVED_KEYS, Document
from apps.documents.serializers import RecordSerializer, document_reader, serializer_class
from apps.search.similar import MIN_LIKENESS, words_likeness
from apps.search.words import SearchQuery

SURVIVOR, OTHER, BOTH = SIDES = ("survivor", "other", "both")
MAX_CITATION_VALUE = 300  # letters of a citation's value


@dataclass(frozen=True)
class FieldChoice:
    """Fields that are chosen together, because one explains the other; their values on each side.

    A number goes with its qualifier, an amount with its currency.
    """

    fields: tuple[str, ...]
    survivor: Document
    other: Document
    is_list: bool
    is_merged: bool = False  # a list of which the entries of both are kept

    @property
    def name(self) -> str:
        """The first of its fields, by which the choice is known."""
        return self.fields[0]

    @property
    def sides(self) -> tuple[str, ...]:
        """What can be chosen."""
        return SIDES if self.is_list else SIDES[:2]

    @property
    def default_side(self) -> str:
        """What is taken if nothing is chosen: the survivor's, unless it is silent."""
        if self.is_merged:
            return BOTH
        is_silent = all(self.survivor[field] in (None, []) for field in self.fields)
        return OTHER if is_silent else SURVIVOR

    def values_of_side(self, side: str) -> Document:
        """The values of a side."""
        if side == BOTH:
            together = [*self.survivor[self.name], *self.other[self.name]]
            return {self.name: without_repeats(together)}
        source = self.survivor if side == SURVIVOR else self.other
        return {field: source[field] for field in self.fields}


def without_repeats(entries: list[Any]) -> list[Any]:
    """The entries of a list, each once, at its first place."""
    return [entry for place, entry in enumerate(entries) if entry not in entries[:place]]


def field_choices(model: type[Record], survivor: Document, other: Document) -> list[FieldChoice]:
    """What the two documents say differently, to be chosen from; no citation is ever lost."""
    lists = {*document_reader(model).list_names(), *word_list_names(model)}
    ties = (fields for fields in fields_chosen_together(model) if fields != ("citations",))
    merged = model.merged_lists
    all_of_them = (FieldChoice(f, survivor, other, f[0] in lists, f[0] in merged) for f in ties)
    return [c for c in all_of_them if any(survivor[f] != other[f] for f in c.fields)]


def word_list_names(model: type[Record]) -> Iterator[str]:
    """The fields of a type that are lists of words."""
    for name, field in document_reader(model).fields.items():
        if isinstance(field, serializers.ListField) and name not in DERIVED_KEYS:
            yield name


@cache
def fields_chosen_together(model: type[Record]) -> list[tuple[str, ...]]:
    """The fields of a document, those together of which one explains or bounds the other."""
    names = [
        n for n in serializer_class(model).Meta.fields if n != "slug" and n not in DERIVED_KEYS
    ]
    ties = [
        *({name, more} for name in names for more in names if more.startswith(f"{name}_")),
        *(tie for rule in model._meta.constraints if len(tie := columns_known_together(rule)) > 1),
    ]
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        tied_to, size = {name}, 0
        while len(tied_to) > size:
            size = len(tied_to)
            tied_to = tied_to.union(*(tie for tie in ties if tie & tied_to))
        members = tuple(member for member in names if member in tied_to)
        groups[members[0]] = members
    return list(groups.values())


def columns_known_together(rule: BaseConstraint) -> set[str]:
    """The columns of which a rule asks whether they are known."""
    if isinstance(rule, CheckConstraint) and isinstance(rule.condition, Q):
        return set(_columns_asked_for(rule.condition))
    return set()


def _columns_asked_for(condition: Q) -> Iterator[str]:
    children: list[Any] = condition.children  # conditions, and pairs of a look-up and a value
    for child in children:
        if isinstance(child, Q):
            yield from _columns_asked_for(child)
        elif child[0].endswith("__isnull"):
            yield child[0].removesuffix("__isnull")


def combine_documents(
    model: type[Record], survivor: Document, other: Document, chosen: dict[str, str], alias: str
) -> Document:
    """The survivor's document after the merge; what is not chosen is as usual.

    Args:
        chosen: side by name of the choice.
        alias: which kind of name the name is that is not taken; empty to have it guessed.
    """
    document = dict(survivor)
    for choice in field_choices(model, survivor, other):
        document |= choice.values_of_side(chosen.get(choice.name, choice.default_side))
    sides = [
        *adjusted_citations(model, survivor, document),
        *adjusted_citations(model, other, document),
    ]
    document["citations"] = sides
    if "names" in document and chosen.get("names", BOTH) == BOTH:
        document["names"] = combine_names(survivor, other, document, alias)
    return replace_references(
        document_reader(model), document, model, other["slug"], survivor["slug"]
    )


def combine_names(
    survivor: Document, other: Document, document: Document, alias: str
) -> list[dict[str, Any]]:
    """All names of both, each once; the one that is not taken as the name is one of them."""
    rows: dict[tuple[str, Any], dict[str, Any]] = {}  # by name and language
    for row in document["names"]:
        rows.setdefault((row["name"], row["language"]), row)
    known = {document["name"], *(row["name"] for row in document["names"])}
    for name in (survivor["name"], other["name"]):
        if name not in known:
            kind = alias or guess_alias_kind(name, document["name"])
            rows[name, "en"] = {"name": name, "language": "en", "kind": kind}
    own = [row["name"] for row in survivor["names"]]
    return [r for r in rows.values() if r["name"] != document["name"] or r["name"] in own]


def guess_alias_kind(alias: str, name: str) -> str:
    """Which sort of name an alias probably is."""
    if alias.isupper() and " " not in alias:
        return NameKind.ACRONYM
    spelt, words = SearchQuery.from_text(alias).words, set(SearchQuery.from_text(name).words)
    if spelt and len(spelt) == len(words) and words_likeness(spelt, words) >= MIN_LIKENESS:
        return NameKind.TRANSLITERATION
    return NameKind.SHORT if len(alias) < len(name) else NameKind.OFFICIAL


def adjusted_citations(
    model: type[Record], side: Document, document: Document
) -> Iterator[dict[str, Any]]:
    """A side's citations, as they stand beside the document that is made of both.

    What a source said of this side's own value it says of that value still: where another was
    taken, the citation now names it.
    """
    for citation in side["citations"]:
        field, value = citation["field"], citation["value"]
        if field is None or (value is None and side[field] == document[field]):
            yield citation
        elif value is None:
            yield citation | adjusted_claim(model, field, side[field], document[field])
        else:
            says_so = value == citation_value_text(model, field, document[field])
            yield citation | {"value": None if says_so else value}


def adjusted_claim(model: type[Record], field: str, was: object, now: object) -> dict[str, Any]:
    """How a citation of `was` reads where the record says `now`: of which field, which value."""
    if was in (None, []):
        return {}
    if isinstance(was, list) and isinstance(now, list) and all(entry in now for entry in was):
        return {}
    text = citation_value_text(model, field, was)
    # A line on a map is no text, and some lists are too long for one: of the record as such.
    return {"value": text} if text and len(text) <= MAX_CITATION_VALUE else {"field": None}


def citation_value_text(model: type[Record], field: str, value: object) -> str | None:
    """A document's value as a citation's `value` writes it; None where it cannot."""
    if isinstance(value, list):
        entries = (
            entry if isinstance(entry, str) else str(first_known_value(entry)) for entry in value
        )
        return ", ".join(entries)
    if value is None or isinstance(value, dict):
        return None
    column: Any = None if field in model.parts() else model._meta.get_field(field)
    if column is None or isinstance(column, ManyToManyField):
        return None
    try:
        return model.canonical_text(field, str(value_as_text(value)))
    except ValidationError:
        return None


def first_known_value(entry: dict[str, Any]) -> Any:
    """By what an entry of a list is known: its first value."""
    return next((value for value in entry.values() if value is not None), "")


def replace_references(
    serializer: RecordSerializer, document: Document, of: type[Record], old: str, new: str
) -> Document:
    """A document in which whatever named the record `old` of a type names `new`."""
    changed = dict(document)
    references = dict(serializer.reference_paths())
    for (key, *inner), model in references.items():
        if model is not of:
            continue
        value = changed[key]
        if inner:
            name = inner[0]
            changed[key] = [row | {name: new} if row[name] == old else row for row in value]
        elif isinstance(value, list):
            changed[key] = without_repeats([new if slug == old else slug for slug in value])
        elif value == old:
            changed[key] = new
    fields = {key for key in references_cited_by_slug(serializer) if references[key,] is of}
    changed["citations"] = without_repeats(
        [
            row | {"value": new} if row["field"] in fields and row["value"] == old else row
            for row in changed["citations"]
        ]
    )
    return changed


def references_cited_by_slug(serializer: RecordSerializer) -> Iterator[str]:
    """The references for which a citation's `value` is a slug; for lists it is free text."""
    for keys, _ in serializer.reference_paths():
        if len(keys) == 1 and not isinstance(
            serializer.fields[keys[0]], serializers.ManyRelatedField
        ):
            yield keys[0]


def self_reference_paths(serializer: RecordSerializer, document: Document) -> Iterator[str]:
    """Where a document names its own record; an article may cite itself."""
    for keys, model in serializer.reference_paths():
        if model is not serializer.model or keys == ("citations", "article"):
            continue
        value = document[keys[0]]
        values = value if isinstance(value, list) else [value]
        for place, entry in enumerate(values, start=1):
            if (entry[keys[1]] if len(keys) > 1 else entry) == document["slug"]:
                rest = f"[{place}].{keys[1]}" if len(keys) > 1 else ""
                yield f"{keys[0]}{rest}"

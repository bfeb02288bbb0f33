"""How documents differ, field by field: of two, and of two that go back to a third."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

# What follows from the rest.
DERIVED_KEYS = ("disputed_fields", "holds", "countries", "revision", "updated_at")

Document = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field on which two documents differ."""

    field: str
    before: Any
    after: Any

    @property
    def removed_and_added(self) -> tuple[list[Any], list[Any]] | None:
        """Of two lists: the entries that went, and those that came; None if it is no list."""
        if not isinstance(self.before or [], list) or not isinstance(self.after or [], list):
            return None
        before, after = self.before or [], self.after or []
        return [e for e in before if e not in after], [e for e in after if e not in before]


@dataclass(frozen=True)
class Divergence:
    """A field of a document that was changed on two sides, or on one, since they were alike."""

    field: str
    base: Any
    theirs: Any  # what the record says now
    ours: Any  # what somebody wants it to say

    @property
    def is_conflict(self) -> bool:
        """Whether both sides changed it, and not to the same."""
        return self.base != self.theirs and self.base != self.ours and self.theirs != self.ours

    @property
    def is_visible(self) -> bool:
        """Whether it is more than an empty field of a record that is new."""
        return (
            not none_if_blank(self.base) == none_if_blank(self.theirs) == none_if_blank(self.ours)
        )

    @property
    def merged_value(self) -> Any:
        """The side that changed it; ours where both did."""
        return self.theirs if self.ours == self.base else self.ours


def document_keys(*documents: Document) -> list[str]:
    """The keys of documents, in their order, without what follows from the rest."""
    names = dict.fromkeys(name for document in documents for name in document)
    return [name for name in names if name not in DERIVED_KEYS]


def none_if_blank(value: object) -> object:
    """A value; None if it says no more than an absent one. A number that is 0 says something."""
    return None if value is False or value in ("", []) else value


def find_differences(before: Document | None, after: Document | None) -> Iterator[Difference]:
    """The fields on which two documents differ; an absent document has nothing."""
    old, new = before or {}, after or {}
    for name in document_keys(new, old):
        if none_if_blank(old.get(name)) != none_if_blank(new.get(name)):
            yield Difference(name, old.get(name), new.get(name))


def say_the_same(before: str | None, after: str | None) -> bool:
    """Whether two stored documents differ in no more than what follows from the rest."""
    if before is None or after is None:
        return before == after
    return not any(find_differences(orjson.loads(before), orjson.loads(after)))


def differences_as_json(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Differences as answers show them."""
    return [
        {"field": difference.field, "from": difference.before, "to": difference.after}
        for difference in differences
    ]


def find_divergences(base: Document | None, theirs: Document, ours: Document) -> list[Divergence]:
    """The fields that either side changed."""
    old = base or {}
    divergences = (
        Divergence(name, old.get(name), theirs.get(name), ours.get(name))
        for name in document_keys(ours, theirs)
    )
    return [
        divergence
        for divergence in divergences
        if not divergence.base == divergence.theirs == divergence.ours
    ]


def merge_three_ways(base: Document | None, theirs: Document, ours: Document) -> Document:
    """`theirs` with what `ours` changed since `base`."""
    changed = {
        divergence.field: divergence.merged_value
        for divergence in find_divergences(base, theirs, ours)
    }
    return {**theirs, **changed}

"""Transfers that sum up or contain others: one world for the words that tell them apart."""

from apps.actors.models import Actor
from apps.arms_transfers.models import ArmsTransfer
from tests.types.tables import store

PARTS = {  # line to the whole of which it is part
    "line-of-a-sum": "a-sum",
    "line-of-a-deal": "a-deal",
    "other-line-of-a-deal": "a-deal",
    "drafted-line": "a-deal-with-a-draft",
    "withdrawn-line": "a-deal-with-a-withdrawn-line",
    "line-of-a-deal-in-a-sum": "a-deal-in-a-sum",
    "a-deal-in-a-sum": "a-sum",
    "a-sum": "a-sum-of-sums",
    "a-sum-of-sums": "a-sum-of-all",
}
HIDDEN_LINES = {"drafted-line": "draft", "withdrawn-line": "retracted"}


def store_world() -> None:
    """Store sums, deals that are named as a whole, their lines, and what stands alone."""
    actors = store(Actor, ["norland", "sudland"])
    wholes = {
        "a-sum-of-all": {"is_aggregate": True},
        "a-sum-of-sums": {"is_aggregate": True},
        "a-sum": {"is_aggregate": True},
        "a-sum-without-lines": {"is_aggregate": True},
        "a-drafted-sum": {"is_aggregate": True, "publication": "draft"},
        "a-deal": {},
        "a-deal-in-a-sum": {},
        "a-deal-with-a-draft": {},
        "a-deal-with-a-withdrawn-line": {},
        "alone": {},
    }
    sides = {"supplier": actors["norland"], "recipient": actors["sudland"]}
    known = store(ArmsTransfer, wholes, **sides)
    lines = {
        line: {"publication": HIDDEN_LINES.get(line, "published")}
        for line in PARTS
        if line not in wholes
    }
    known |= store(ArmsTransfer, lines, **sides)
    for line, whole in PARTS.items():
        ArmsTransfer.objects.filter(slug=line).update(part_of=known[whole])

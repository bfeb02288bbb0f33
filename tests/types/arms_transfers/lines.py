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
}


def store_world() -> None:
    """Store sums, deals that are named as a whole, their lines, and what stands alone."""
    actors = store(Actor, ["norland", "sudland"])
    wholes = {
        "a-sum": {"is_aggregate": True},
        "a-sum-without-lines": {"is_aggregate": True},
        "a-drafted-sum": {"is_aggregate": True, "publication": "draft"},
        "a-deal": {},
        "a-deal-with-a-draft": {},
        "a-deal-with-a-withdrawn-line": {},
        "alone": {},
    }
    sides = {"supplier": actors["norland"], "recipient": actors["sudland"]}
    known = store(ArmsTransfer, wholes, **sides)
    lines = {line: {"part_of": known[whole]} for line, whole in PARTS.items()}
    lines["drafted-line"]["publication"] = "draft"
    lines["withdrawn-line"]["publication"] = "retracted"
    store(ArmsTransfer, lines, **sides)

"""Memberships by when they begin and end: one table for the words that ask for a time."""

from apps.actors.models import Actor, Membership
from tests.types.tables import Table, read_strengths, store

# What each status means, of a membership that began in 1994 and that an article of 2000 calls so.
STATUSES = read_strengths("""
case        status      since said             | 1993 1994    1999    2000-01-01 2000     2020
active      active      1994  active@2000      | -    certain certain certain    certain  stands
frozen      frozen      1994  frozen@2000      | -    certain certain certain    certain  stands
suspended   suspended   1994  suspended@2000   | -    certain certain certain    certain  stands
blocked     blocked     1994  blocked@2000     | -    certain certain certain    certain  stands
withdrawing withdrawing 1994  withdrawing@2000 | -    certain certain certain    certain  stands
disputed    disputed    1994  disputed@2000    | -    stands  stands  stands     stands   stands
withdrawn   withdrawn   1994  withdrawn@2000   | -    stands  stands  possible   possible -
ended       ended       1994  ended@2000       | -    stands  stands  possible   possible -
""")
# Unknown is not always: what no source dates is not there before somebody says that it is.
UNDATED = read_strengths("""
case      status until said        | 1950     1999     2000     2001
attested  active -     active@2000 | possible possible certain  stands
dated-end ended  2000  -           | possible possible possible -
unknown   active -     -           | possible possible possible possible
""")


def store_memberships(table: Table) -> None:
    """Store the memberships of a table, all of one actor in one body."""
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"]}
    store(Membership, table.rows, **sides, role="member")

"""Memberships by when they begin and end: the tables of the three strengths in which they last.

Each edge of each of the days between which a membership begins and ends stands here: the day
before it and the day itself, or the day itself and the day after.
"""

from apps.actors.models import Actor, Membership
from tests.types.tables import Table, read_strengths, store

# All end in 2010: by then it is certain that they last, and before they begin it is not possible.
# Of several days on which a date or an article may lie, the last counts for the beginning.
BEGINNINGS = read_strengths("""
case            since         said               | 1994-04-30 1994-05-01 1994-05-30 1994-05-31
in-a-month      1994-05       -                  | -          possible   possible   certain
on-a-day        1994-05-31    -                  | -          -          -          certain
perhaps         1994-05-31?   -                  | -          -          -          certain
in-spring       1994-21       -                  | possible   possible   possible   certain
by-then         ../1994-05-31 -                  | possible   possible   possible   certain
then-or-later   1994-05-01/.. -                  | -          possible   possible   possible
said-on-a-day   -             active@1994-05-31  | possible   possible   possible   certain
said-in-a-month -             active@1994-05     | possible   possible   possible   certain
said-by-then    -             @../1994-05-31     | possible   possible   possible   certain
said-since      -             @1994-05-31/..     | possible   possible   possible   possible
said-in-between 1994-05       @1994-05-30        | -          possible   certain    certain
said-before     1994-05-31    @1994-05-01        | -          -          -          certain
said-twice      -             @1994-05-30,@2000  | possible   possible   certain    certain
said-after      1994-05-30    @1994-05-31        | -          -          certain    certain
unknown         -             -                  | possible   possible   possible   possible
""")

# All began in 1990. That they go on is presumed until somebody says that they are over; of several
# days the first counts for the end.
ENDS = read_strengths("""
case            status   until         said | 1999-11-01 1999-11-02 1999-11-30 1999-12-01
in-a-month      ended    1999-11       -    | certain    stands     stands     -
on-a-day        ended    1999-11-01    -    | certain    -          -          -
about           ended    1999-11-01~   -    | certain    -          -          -
by-then         ended    ../1999-11-01 -    | stands     -          -          -
then-or-later   ended    1999-11-01/.. -    | certain    possible   possible   possible
until-a-term    active   1999-11       -    | certain    stands     stands     -
lasting         active   -             -    | stands     stands     stands     stands
disputed        disputed -             -    | stands     stands     stands     stands
said            active   -    @1999-11-30   | certain    certain    certain    stands
said-in-a-month active   -    @1999-11      | certain    stands     stands     stands
said-by-then    active   -    @../1999-11-30                     | stands stands stands stands
said-twice      active   -    @1999-11-01,@1999-11-30            | certain certain certain stands
said-of-ended   ended    1999-11-30 active@1999-11-02            | certain certain certain -
said-too-late   ended    1999-11-01 active@1999-11-30            | certain - - -
over            ended    - ended@1999-11-30                      | stands stands possible -
over-in-a-month ended    - ended@1999-11                         | possible - - -
over-by-then    ended    - ended@../1999-11-30                   | stands stands possible -
over-twice      ended    - ended@1999-11-30,ended@2005           | stands stands possible -
over-is-over    ended    - withdrawn@1999-11-30                  | stands stands possible -
over-and-dated  ended    1999-11 ended@1999-11-01                | certain stands stands -
over-some-time  ended    1999-11-01/.. ended@1999-11-30          | certain stands possible -
over-and-seen   ended    - active@1999-11-02,ended@1999-11-01    | certain certain - -
seen-then-over  ended    - active@1999-11-01,ended@1999-12-01    | certain stands stands possible
over-unsaid     ended    - -                                | possible possible possible possible
over-unsaid-yet ended    - active@1999-11-02                     | certain certain possible possible
called-over     active   - ended@1999-11-01                      | stands stands stands stands
""")

# A date may be of any precision; a membership lasts on it if it lasts on some day of it.
DATES = read_strengths("""
case      since      until      | 1994     1994-05? 1994-05-12 ../1994-05-11 ../1994-05-12
dated     1994-05-12 1999-11-20 | certain  certain  certain    -             certain
begun     1994-05    -          | stands   stands   possible   possible      possible
undated   -          -          | possible possible possible   possible      possible
""")
DATES_OF_ENDS = read_strengths("""
case      since      until      | 1999-23  1999-11~ 1999-11-20 1999-11-20/.. 1999-11-21/..
dated     1994-05-12 1999-11-20 | certain  certain  certain    certain       -
undated   -          -          | possible possible possible   possible      possible
""")


def store_spans(table: Table, **usual: str) -> None:
    """Store the memberships of a table, all of one actor in one body."""
    actors = store(Actor, ["norland", "the-league"])
    sides = {"actor": actors["norland"], "organisation": actors["the-league"]}
    store(Membership, table.rows, **sides, role="member", **usual)

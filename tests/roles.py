"""Who may do what to a record, in one table: what the API and the desk are both held against.

A line is a role, a column a state of the record; in a cell stands what becomes of an attempt:

does      it is done at once
proposes  it becomes a proposal
may not   the account is refused, whatever it sends
taken     the slug belongs to a record already
nothing   there is no such record, as far as one is told
who       one has to say who one is
"""

ACTS = ("add", "replace", "change", "retract")
STATES = ("absent", "own draft", "other's draft", "published", "retracted")
TABLE = """
role           act      absent    own draft  other's draft  published  retracted
nobody         add      who       who        who            who        who
nobody         replace  who       who        who            who        who
nobody         change   who       who        who            who        who
nobody         retract  who       who        who            who        who
reader         add      may not   may not    may not        may not    may not
reader         replace  may not   may not    may not        may not    may not
reader         change   may not   may not    may not        may not    may not
reader         retract  may not   may not    may not        may not    may not
contributor    add      proposes  taken      taken          taken      taken
contributor    replace  nothing   nothing    nothing        proposes   nothing
contributor    change   nothing   nothing    nothing        proposes   nothing
contributor    retract  nothing   nothing    nothing        may not    nothing
editor         add      proposes  taken      taken          taken      taken
editor         replace  nothing   nothing    nothing        proposes   nothing
editor         change   nothing   nothing    nothing        proposes   nothing
editor         retract  nothing   nothing    nothing        may not    nothing
publisher      add      does      taken      taken          taken      taken
publisher      replace  nothing   nothing    nothing        does       nothing
publisher      change   nothing   nothing    nothing        does       nothing
publisher      retract  nothing   nothing    nothing        does       nothing
administrator  add      does      taken      taken          taken      taken
administrator  replace  nothing   nothing    nothing        does       nothing
administrator  change   nothing   nothing    nothing        does       nothing
administrator  retract  nothing   nothing    nothing        does       nothing
"""


def cells() -> list[tuple[str, str, str, str]]:
    """Every cell of the table: role, act, state, outcome."""
    lines = [line.split("  ") for line in TABLE.strip().splitlines()[1:]]
    rows = [[word.strip() for word in line if word.strip()] for line in lines]
    return [
        (role, act, state, outcome)
        for role, act, *outcomes in rows
        for state, outcome in zip(STATES, outcomes, strict=True)
    ]

"""Who may do what, in tables: what the API and the desk are held against.

Of the API (`API_TABLE`), and of the desk: records, proposals and imports (`DESK_TABLE`, below).

A line is a role, a column a state of the record; in a cell stands what becomes of an attempt:

does      it is done at once
proposes  it becomes a proposal
may not   the account is refused, whatever it sends
taken     the slug belongs to a record already
nothing   there is no such record, as far as one is told
who       one has to say who one is
"""

import re
from typing import Any

import pytest

ACTS = ("add", "replace", "change", "retract")
STATES = ("absent", "own draft", "other's draft", "published", "retracted")
API_TABLE = """
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

# The desk. What becomes of an attempt there, whether a page offers it or not:
#
# does      it is done at once, and stands in the history
# proposes  a proposal waits with what was sent, and nothing else has changed
# refused   nothing is changed, and it is said why
# may not   403
# nothing   one is told no more than if there were no such record (404, or led to the first page)
# no such   the list has no such action
# same      nothing is changed, for there is nothing to do
# sees      what stands is shown, to be read; writes: with a form to be sent
#
# Nobody, who is not logged in, is everywhere led to the page to log in.
# Of records: “own” is what the account began, or proposes; “named”: another record names it;
# “reworked”: it was withdrawn, and another works on it as on a draft.
DESK_TABLE = """
act             state             reader   contributor  editor    publisher  administrator
see list        absent            may not  nothing      nothing   nothing    nothing
see list        own draft         may not  sees         sees      sees       sees
see list        other's draft     may not  nothing      sees      sees       sees
see list        published         may not  sees         sees      sees       sees
see list        retracted         may not  sees         sees      sees       sees
see list        merged            may not  sees         sees      sees       sees
see list        reworked          may not  nothing      sees      sees       sees
see form        absent            may not  writes       writes    writes     writes
see form        own draft         may not  writes       writes    writes     writes
see form        other's draft     may not  nothing      writes    writes     writes
see form        published         may not  writes       writes    writes     writes
see form        retracted         may not  sees         writes    writes     writes
see form        merged            may not  sees         sees      sees       sees
see form        own retracted     may not  sees         writes    writes     writes
see form        reworked          may not  nothing      writes    writes     writes
add draft       absent            may not  does         does      does       does
add draft       other's draft     may not  refused      refused   refused    refused
add draft       published         may not  refused      refused   refused    refused
add public      absent            may not  proposes     proposes  does       does
add public      other's draft     may not  refused      refused   refused    refused
add public      published         may not  refused      refused   refused    refused
see history     own draft         may not  sees         sees      sees       sees
see history     other's draft     nothing  nothing      sees      sees       sees
see history     published         may not  sees         sees      sees       sees
see history     retracted         may not  sees         sees      sees       sees
see history     merged            may not  sees         sees      sees       sees
see history     reworked          nothing  nothing      sees      sees       sees
see version     own draft         nothing  sees         sees      sees       sees
see version     other's draft     nothing  nothing      sees      sees       sees
see version     published         nothing  sees         sees      sees       sees
see version     retracted         nothing  sees         sees      sees       sees
see version     merged            nothing  sees         sees      sees       sees
see version     reworked          nothing  nothing      sees      sees       sees
save            own draft         may not  does         does      does       does
save            other's draft     may not  nothing      does      does       does
save            published         may not  proposes     proposes  does       does
save            own proposal      may not  proposes     proposes  does       does
save            other's proposal  may not  proposes     proposes  does       does
save            named             may not  proposes     proposes  does       does
save            retracted         may not  may not      does      does       does
save            merged            may not  may not      may not   may not    may not
save            own retracted     may not  may not      does      does       does
save            reworked          may not  nothing      does      does       does
save unsaid     own draft         may not  does         does      does       does
save unsaid     other's draft     may not  nothing      does      does       does
save unsaid     published         may not  refused      refused   refused    refused
save unsaid     retracted         may not  may not      does      does       does
save unsaid     merged            may not  may not      may not   may not    may not
save as shown   own draft         may not  same         same      same       same
save as shown   other's draft     may not  nothing      same      same       same
save as shown   published         may not  same         same      same       same
save as shown   retracted         may not  may not      same      same       same
save as shown   merged            may not  may not      may not   may not    may not
publish         own draft         may not  proposes     proposes  does       does
publish         other's draft     may not  nothing      proposes  does       does
publish         published         may not  same         same      same       same
publish         retracted         may not  may not      proposes  does       does
publish         merged            may not  may not      may not   may not    may not
publish         own retracted     may not  may not      proposes  does       does
publish         reworked          may not  nothing      proposes  does       does
publish ticked  own draft         may not  proposes     proposes  does       does
publish ticked  other's draft     may not  same         proposes  does       does
publish ticked  published         may not  same         same      same       same
publish ticked  own proposal      may not  same         same      same       same
publish ticked  other's proposal  may not  same         same      same       same
publish ticked  retracted         may not  proposes     proposes  does       does
publish ticked  merged            may not  refused      refused   refused    refused
publish ticked  own retracted     may not  proposes     proposes  does       does
publish ticked  reworked          may not  same         proposes  does       does
retract         own draft         may not  refused      refused   refused    refused
retract         other's draft     may not  nothing      refused   refused    refused
retract         published         may not  refused      refused   does       does
retract         named             may not  refused      refused   refused    refused
retract         retracted         may not  may not      same      same       same
retract         merged            may not  may not      may not   may not    may not
retract         own retracted     may not  may not      same      same       same
retract ticked  own draft         may not  no such      no such   same       same
retract ticked  other's draft     may not  no such      no such   same       same
retract ticked  published         may not  no such      no such   does       does
retract ticked  own proposal      may not  no such      no such   does       does
retract ticked  other's proposal  may not  no such      no such   does       does
retract ticked  named             may not  no such      no such   refused    refused
retract ticked  retracted         may not  no such      no such   same       same
retract ticked  merged            may not  no such      no such   same       same
delete          own draft         may not  does         does      does       does
delete          other's draft     may not  may not      does      does       does
delete          published         may not  may not      may not   may not    may not
delete          own proposal      may not  may not      may not   may not    may not
delete          other's proposal  may not  may not      may not   may not    may not
delete          named             may not  may not      may not   may not    may not
delete          retracted         may not  may not      may not   may not    may not
delete          merged            may not  may not      may not   may not    may not
delete          own retracted     may not  may not      may not   may not    may not
delete ticked   own draft         may not  no such      no such   no such    no such
delete ticked   other's draft     may not  no such      no such   no such    no such
delete ticked   published         may not  no such      no such   no such    no such
delete ticked   retracted         may not  no such      no such   no such    no such
delete ticked   merged            may not  no such      no such   no such    no such
revert          own draft         nothing  does         does      does       does
revert          other's draft     nothing  nothing      does      does       does
revert          published         nothing  proposes     proposes  does       does
revert          own proposal      nothing  proposes     proposes  does       does
revert          other's proposal  nothing  proposes     proposes  does       does
revert          retracted         nothing  proposes     proposes  does       does
revert          merged            nothing  refused      refused   refused    refused
revert          own retracted     nothing  proposes     proposes  does       does
revert          reworked          nothing  nothing      proposes  does       does
merge into      own draft         may not  may not      may not   refused    refused
merge into      other's draft     may not  may not      may not   refused    refused
merge into      published         may not  may not      may not   does       does
merge into      named             may not  may not      may not   does       does
merge into      retracted         may not  may not      may not   refused    refused
merge into      merged            may not  may not      may not   refused    refused
merge away      own draft         may not  may not      may not   refused    refused
merge away      other's draft     may not  may not      may not   refused    refused
merge away      published         may not  may not      may not   does       does
merge away      own proposal      may not  may not      may not   does       does
merge away      other's proposal  may not  may not      may not   does       does
merge away      named             may not  may not      may not   does       does
merge away      retracted         may not  may not      may not   refused    refused
merge away      merged            may not  may not      may not   refused    refused
take apart      own draft         nothing  refused      refused   refused    refused
take apart      other's draft     nothing  nothing      refused   refused    refused
take apart      published         nothing  refused      refused   refused    refused
take apart      retracted         nothing  refused      refused   refused    refused
take apart      merged            nothing  refused      refused   does       does
say two         own draft         nothing  does         does      does       does
say two         other's draft     nothing  nothing      does      does       does
say two         published         nothing  does         does      does       does
say two         retracted         nothing  does         does      does       does
say two         merged            nothing  does         does      does       does
say two         reworked          nothing  nothing      does      does       does
"""
PROPOSALS_TABLE = """
act             state               reader   contributor  editor    publisher  administrator
see list        own                 may not  sees         sees      sees       sees
see list        other's             may not  nothing      sees      sees       sees
see             own                 nothing  sees         sees      sees       sees
see             other's             nothing  nothing      sees      sees       sees
see             own refused         nothing  sees         sees      sees       sees
see             other's refused     nothing  nothing      sees      sees       sees
open            own                 may not  writes       writes    writes     writes
open            other's             nothing  nothing      nothing   nothing    nothing
open            own new             may not  writes       writes    writes     writes
open            other's new         nothing  nothing      nothing   nothing    nothing
open            own refused         nothing  nothing      nothing   nothing    nothing
open            other's refused     nothing  nothing      nothing   nothing    nothing
edit            own                 may not  proposes     proposes  does       does
edit            other's             nothing  nothing      nothing   nothing    nothing
edit            own new             may not  proposes     proposes  proposes   proposes
edit            other's new         nothing  nothing      nothing   nothing    nothing
edit            own overtaken       may not  proposes     proposes  does       does
edit            other's overtaken   nothing  nothing      nothing   nothing    nothing
edit            own sent back       may not  proposes     proposes  does       does
edit            other's sent back   nothing  nothing      nothing   nothing    nothing
edit            own refused         nothing  nothing      nothing   nothing    nothing
edit            other's refused     nothing  nothing      nothing   nothing    nothing
withdraw        own                 nothing  does         does      does       does
withdraw        other's             nothing  nothing      refused   refused    refused
withdraw        own sent back       nothing  does         does      does       does
withdraw        other's sent back   nothing  nothing      refused   refused    refused
withdraw        own refused         nothing  refused      refused   refused    refused
withdraw        other's refused     nothing  nothing      refused   refused    refused
bring up        own overtaken       nothing  proposes     proposes  proposes   proposes
bring up        other's overtaken   nothing  nothing      proposes  proposes   proposes
bring up        own refused         nothing  refused      refused   refused    refused
bring up        other's refused     nothing  nothing      refused   refused    refused
approve         own                 nothing  refused      refused   refused    refused
approve         other's             nothing  nothing      does      does       does
approve         own new             nothing  refused      refused   refused    refused
approve         other's new         nothing  nothing      does      does       does
approve         own overtaken       nothing  refused      refused   refused    refused
approve         other's overtaken   nothing  nothing      refused   refused    refused
approve         own sent back       nothing  refused      refused   refused    refused
approve         other's sent back   nothing  nothing      refused   refused    refused
approve         own refused         nothing  refused      refused   refused    refused
approve         other's refused     nothing  nothing      refused   refused    refused
approve ticked  own                 may not  no such      refused   refused    refused
approve ticked  other's             may not  no such      does      does       does
approve ticked  own overtaken       may not  no such      refused   refused    refused
approve ticked  other's overtaken   may not  no such      refused   refused    refused
approve two     own                 may not  no such      refused   refused    refused
approve two     other's             may not  no such      does      does       does
send back       own                 nothing  refused      refused   refused    refused
send back       other's             nothing  nothing      does      does       does
send back       own refused         nothing  refused      refused   refused    refused
send back       other's refused     nothing  nothing      refused   refused    refused
refuse          own                 nothing  refused      refused   refused    refused
refuse          other's             nothing  nothing      does      does       does
refuse          own sent back       nothing  refused      refused   refused    refused
refuse          other's sent back   nothing  nothing      refused   refused    refused
refuse          own refused         nothing  refused      refused   refused    refused
refuse          other's refused     nothing  nothing      refused   refused    refused
refuse unsaid   own                 nothing  refused      refused   refused    refused
refuse unsaid   other's             nothing  nothing      refused   refused    refused
delete          own                 may not  may not      may not   may not    may not
delete          other's             may not  may not      may not   may not    may not
"""
IMPORTS_TABLE = """
act             state               reader   contributor  editor    publisher  administrator
upload          own planned         may not  does         does      does       does
see list        own planned         may not  sees         sees      sees       sees
see list        other's planned     may not  nothing      nothing   sees       sees
see list        own applied         may not  sees         sees      sees       sees
see list        other's applied     may not  nothing      nothing   sees       sees
see             own planned         nothing  sees         sees      sees       sees
see             other's planned     nothing  nothing      nothing   sees       sees
see             own applied         nothing  sees         sees      sees       sees
see             other's applied     nothing  nothing      nothing   sees       sees
see errors      own planned         nothing  sees         sees      sees       sees
see errors      other's planned     nothing  nothing      nothing   sees       sees
see errors      own applied         nothing  sees         sees      sees       sees
see errors      other's applied     nothing  nothing      nothing   sees       sees
apply           own planned         nothing  proposes     proposes  does       does
apply           other's planned     nothing  nothing      nothing   does       does
apply           own applied         nothing  refused      refused   refused    refused
apply           other's applied     nothing  nothing      nothing   refused    refused
plan again      own planned         nothing  does         does      does       does
plan again      other's planned     nothing  nothing      nothing   does       does
plan again      own applied         nothing  refused      refused   refused    refused
plan again      other's applied     nothing  nothing      nothing   refused    refused
revert          own planned         nothing  refused      refused   refused    refused
revert          other's planned     nothing  nothing      nothing   refused    refused
revert          own applied         nothing  refused      refused   refused    does
revert          other's applied     nothing  nothing      nothing   refused    does
delete          own planned         may not  may not      may not   may not    may not
delete          other's planned     may not  may not      may not   may not    may not
delete          own applied         may not  may not      may not   may not    may not
delete          other's applied     may not  may not      may not   may not    may not
"""


def api_cells() -> list[tuple[str, str, str, str]]:
    """Every cell of the table: role, act, state, outcome."""
    lines = [line.split("  ") for line in API_TABLE.strip().splitlines()[1:]]
    rows = [[word.strip() for word in line if word.strip()] for line in lines]
    return [
        (role, act, state, outcome)
        for role, act, *outcomes in rows
        for state, outcome in zip(STATES, outcomes, strict=True)
    ]


# Whose acts both halves of the suite try: who may only propose, and who may do everything. What
# another role may is decided in Python, and what it may do, one of these two does as well.
ON_EACH_DATABASE = {"contributor", "administrator"}


def by_role_and_state(cells: dict[tuple[str, str], dict[str, str]]) -> list[Any]:
    """The roles and states of a table of the desk, as a test's parameters."""
    mark = pytest.mark.any_database("what this role may is decided before a database is asked")
    return [
        pytest.param(role, state, marks=() if role in ON_EACH_DATABASE else mark)
        for role, state in cells
    ]


def desk_cells(table: str) -> dict[tuple[str, str], dict[str, str]]:
    """A table of the desk: by role and state, what becomes of each act."""
    heads, *lines = [re.split(r"  +", line.strip()) for line in table.strip().splitlines()]
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for act, state, *outcomes in lines:
        for role, outcome in zip(heads[2:], outcomes, strict=True):
            acts = cells.setdefault((role, state), {})
            assert act not in acts, f"{act}, {state}: twice"
            acts[act] = outcome
        cells.setdefault(("nobody", state), {})[act] = "who"
    return cells

"""The id of the request that is being answered, which log and history share."""

from contextvars import ContextVar

LONGEST = 64  # letters of an id
# None where no request is answered: in commands.
current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)

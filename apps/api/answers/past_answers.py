"""Answers of several records as they stood: `revision=` and `as_of=` of lists, facets and exports.

An answer of the past is made by the same code as one of today, over tables as they stood
(documents/past_tables.py), and with the tag that it had then. It is made whole before it is sent:
when the first byte leaves, nothing of the past remains in the database.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import SpooledTemporaryFile

from django.http.response import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from apps.api.http.etags import Answer, conditional_get
from apps.api.http.problems import InvalidParameters, ParameterError
from apps.api.query.parameters import Past
from apps.documents.past_tables import MAX_CHANGED, TooMuchChangedError, tables_as_of

IN_MEMORY = 1024 * 1024  # bytes of an answer that are kept there; of a longer one, in a file
CHUNK = 64 * 1024
TOO_MUCH_CHANGED = (
    f"More than {MAX_CHANGED:,} records changed since: keep a copy by /changes/ and ask that."
)


class KeptContent:
    """The content of an answer, all of it, to be sent once the tables of then are gone."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        try:
            for piece in pieces:
                self._file.write(piece)
        except BaseException:
            self._file.close()
            raise
        self._file.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK):
            yield chunk

    def close(self) -> None:
        """Forget it; the server calls this when the answer was sent or is no longer wanted."""
        self._file.close()

    __del__ = close  # of an answer in whose place a 304 was sent


def make_answer_as_of(
    past: Past, answer: Answer, *args: object, **kwargs: object
) -> HttpResponseBase:
    """An answer that is made over the tables as they stood at the time asked for.

    Raises:
        InvalidParameters: too much has changed since.
    """
    try:
        with tables_as_of(past.revision_number()):
            response = answer(*args, **kwargs)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = KeptContent(response)
    except TooMuchChangedError as error:
        (name,) = past.values
        raise InvalidParameters([ParameterError(name, TOO_MUCH_CHANGED)]) from error
    return response


def find_dated_answer(request: Request, newest: int, answer: Answer) -> tuple[int, Answer]:
    """The revision of which a query asks, and what answers it then.

    A wrong time is left for the query to refuse, with whatever else is wrong with it.
    """
    past = Past(request.query_params)
    if not past.is_right:
        return newest, answer
    return past.revision_number(), partial(make_answer_as_of, past, answer)


def dated_get(answer: Answer) -> Answer:
    """`conditional_get` of a view's method that can be asked as of a time."""
    return conditional_get(answer, find_dated_answer)

"""Answers of several records as they stood: `revision=` and `as_of=` of lists, facets and exports.

An answer of the past is made by the same code as one of today, over tables as they stood
(documents/past_tables.py), and with the tag that it had then. It is made whole before it is sent:
when the first byte leaves, nothing of the past remains in the database.
"""

from contextlib import ExitStack
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http.response import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from apps.api.http.etags import Answer, conditional_get
from apps.api.http.problems import InvalidParameters, ParameterError
from apps.api.query.parameters import Past
from apps.documents.past_tables import MAX_CHANGED, TooMuchChangedError, tables_as_of
from apps.formats.format import WholeFile

IN_MEMORY = 1024 * 1024  # bytes of an answer that are kept there; of a longer one, in a file
TOO_MUCH_CHANGED = (
    f"More than {MAX_CHANGED:,} records changed since: keep a copy by /changes/ and ask that."
)


def keep_content(response: StreamingHttpResponse) -> None:
    """Make all of an answer, to be sent once the tables of then are gone."""
    with ExitStack() as open_files:
        file: IO[bytes] = open_files.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        file.writelines(response)
        open_files.pop_all()
    whole = WholeFile(file)
    response.streaming_content = whole
    response["Content-Length"] = whole.size


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
                keep_content(response)
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

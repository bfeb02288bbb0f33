"""Parts of answers: whatever has a length is read in parts, and put together is the whole."""

import pytest

from tests.documents.acts import change_record
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db
PATHS = ("", "?format=csv", "?format=xlsx", "harbour/", "?format=ndjson")


@pytest.fixture
def places():
    PlaceFactory(slug="harbour", summary="Where the railway meets the sea. " * 20)
    return "/api/v1/places/"


def ask(api, path, asked, **headers):
    """An answer to a request for a range."""
    return api.get(path, headers={"range": asked, **headers})


@pytest.mark.parametrize("path", PATHS)
def test_parts_make_the_whole(api, places, path):
    whole = api.get(places + path)
    body, length = whole.getvalue(), int(whole["Content-Length"])
    assert (whole["Accept-Ranges"], len(body)) == ("bytes", length)
    parts = [ask(api, places + path, asked) for asked in ("bytes=0-6", "bytes=7-19", "bytes=20-")]
    assert [part.status_code for part in parts] == [206] * 3
    assert b"".join(part.getvalue() for part in parts) == body
    assert parts[1]["Content-Range"] == f"bytes 7-19/{length}"
    assert parts[1]["Content-Length"] == "13"
    assert ask(api, places + path, "bytes=-5").getvalue() == body[-5:]
    assert ask(api, places + path, f"bytes=3-{length + 99}").getvalue() == body[3:]
    assert ask(api, places + path, f"bytes=-{length + 99}").getvalue() == body


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=5-2",
        "bytes=99999999-",
        "bytes=0-1,4-5",
        "bytes=-0",
        "bytes=",
        "lines=0-3",
        "bytes=a-b",
    ],
)
def test_whatever_is_no_single_range_within_is_answered_by_the_whole(api, places, asked):
    whole = api.get(f"{places}?format=csv")
    answer = ask(api, f"{places}?format=csv", asked)
    assert (answer.status_code, answer.getvalue()) == (200, whole.getvalue())
    assert "Content-Range" not in answer


def test_a_part_of_another_state_is_not_put_beside_the_first(api, places):
    record = api.get(f"{places}harbour/")
    tag, path = record["ETag"], f"{places}harbour/"
    assert ask(api, path, "bytes=0-3", **{"if-range": tag}).status_code == 206
    change_record(PlaceFactory._meta.model.objects.get(), summary="Where it ends.")
    assert ask(api, path, "bytes=0-3", **{"if-range": tag}).status_code == 200
    tagged = api.get(f"{places}?format=csv")["ETag"]  # of a list it is weak: no proof of bytes
    answer = ask(api, f"{places}?format=csv", "bytes=0-3", **{"if-range": tagged})
    assert answer.status_code == 200


def test_parts_are_of_what_is_sent_and_refusals_have_none(api, places):
    refused = ask(api, f"{places}?colour=red", "bytes=0-3")
    assert (refused.status_code, "Accept-Ranges" in refused) == (400, False)
    packed = api.get(places, headers={"accept-encoding": "gzip"})
    part = ask(api, places, "bytes=0-3", **{"accept-encoding": "gzip"})
    assert (packed["Content-Encoding"], part["Content-Encoding"]) == ("gzip", "gzip")
    assert part.getvalue() == packed.getvalue()[:4]  # of the bytes that are sent

"""Compressed answers say the same, to whoever asks for them; streams stay streams."""

import gzip
import zlib
from itertools import count

import brotli
import pytest

from apps.api.answers import exports
from apps.api.http import compression
from apps.api.http.compression import chosen_encoding, gzip_pieces
from apps.formats.catalogue import FORMATS, formats_of_type
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

READ = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def places():
    for _ in range(5):
        PlaceFactory(summary="Where the railway meets the sea. " * 9)
    return "/api/v1/places/"


@pytest.mark.parametrize("encoding", READ)
@pytest.mark.parametrize("form", ["json", "csv", "ndjson", "geojson", "yaml"])
def test_a_compressed_answer_is_smaller_and_says_the_same(api, places, form, encoding):
    plain = api.get(f"{places}?format={form}")
    packed = api.get(f"{places}?format={form}", headers={"accept-encoding": encoding})
    body = plain.getvalue()
    assert packed["Content-Encoding"] == encoding
    assert READ[encoding](packed.getvalue()) == body
    assert len(packed.getvalue()) < len(body)
    assert "Content-Encoding" not in plain
    assert packed["Vary"] == plain["Vary"] == "Accept, Authorization, Accept-Encoding"
    assert packed.streaming == plain.streaming


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("gzip;q=0.2, br;q=0.9", "br"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_encoding_that_weighs_most_is_chosen(header, encoding):
    assert chosen_encoding(header) == encoding


def test_without_the_library_there_is_gzip_alone(monkeypatch):
    monkeypatch.delitem(compression.BODIES, "br")
    assert chosen_encoding("br, gzip;q=0.1") == "gzip"
    assert chosen_encoding("br") is None


def test_what_is_compressed_already_and_what_is_small_is_left_alone(api, places):
    headers = {"accept-encoding": "gzip, br"}
    for path in (f"{places}?format=xlsx", f"{places}?fields=slug&page_size=1"):
        answer = api.get(path, headers=headers)
        assert answer.getvalue()
        assert "Content-Encoding" not in answer, path


def test_every_format_is_text_or_known_to_be_compressed():
    assert {FORMATS["xlsx"].media_type} == compression.COMPRESSED_TYPES
    assert len(formats_of_type(PlaceFactory().__class__)) == len(FORMATS)


def test_a_stream_is_compressed_piece_by_piece():
    """What was made can be read before the rest is, and nothing is made ahead."""
    made = []
    pieces = gzip_pieces(made.append(number) or b"%d;" % number for number in count())
    reader = zlib.decompressobj(compression.GZIP_WINDOW)
    assert [reader.decompress(next(pieces)) for _ in range(3)] == [b"0;", b"1;", b"2;"]
    assert made == [0, 1, 2]


@pytest.mark.parametrize("encoding", READ)
def test_the_tag_of_compressed_bytes_is_another_and_means_the_same(api, places, encoding):
    place = PlaceFactory(summary="A port. " * 90)
    path, headers = f"{places}{place.slug}/", {"accept-encoding": encoding}
    plain, packed = api.get(path)["ETag"], api.get(path, headers=headers)["ETag"]
    assert packed == f'{plain[:-1]}-{encoding}"'
    for tag in (plain, packed):
        again = api.get(path, headers={**headers, "if-none-match": tag})
        assert (again.status_code, again["ETag"]) == (304, tag)
        assert "Content-Length" not in again


@pytest.mark.parametrize("headers", [{}, {"accept-encoding": "gzip"}])
def test_what_is_finite_says_its_length_also_to_head(api, places, headers):
    slug = PlaceFactory(summary="A port. " * 90).slug
    for path in (
        "",
        slug,
        "aggregate/",
        "?colour=red",
        "nowhere/",
        "../schema/",
        "../docs/",
        "../",
    ):
        whole = api.get(f"{places}{path}", headers=headers)
        head = api.head(f"{places}{path}", headers=headers)
        assert whole["Content-Length"] == str(len(whole.content)), path
        assert (head["Content-Length"], head.content) == (whole["Content-Length"], b""), path
        assert head.get("ETag") == whole.get("ETag")


@pytest.mark.parametrize("form", ["csv", "ndjson", "geojson", "yaml"])
def test_a_short_stream_says_its_length_and_of_a_long_one_only_a_beginning_is_made(
    api, places, monkeypatch, form
):
    body = api.get(f"{places}?format={form}").getvalue()
    head = api.head(f"{places}?format={form}")
    assert (head.getvalue(), head["Content-Length"]) == (b"", str(len(body)))
    assert head["Content-Type"] == FORMATS[form].media_type
    packed = api.get(f"{places}?format={form}", headers={"accept-encoding": "gzip"})
    assert "Content-Length" not in packed  # it is compressed while it is sent
    monkeypatch.setattr(exports, "MAX_KEPT", 10)
    for answer in (api.get(f"{places}?format={form}"), api.head(f"{places}?format={form}")):
        assert "Content-Length" not in answer
        assert answer.getvalue() in (body, b"")


def test_of_a_stream_that_is_long_no_more_is_made_than_is_kept(monkeypatch):
    monkeypatch.setattr(exports, "MAX_KEPT", 10)
    numbers = count()
    chunks, length = exports.with_length(b"four" for _ in numbers)
    assert (length, next(numbers)) == (None, 3)
    assert [next(iter(chunks)) for _ in range(5)] == [b"four"] * 5


def test_a_workbook_is_finite(api, places):
    whole = api.get(f"{places}?format=xlsx")
    head = api.head(f"{places}?format=xlsx")
    assert (head.getvalue(), head["Content-Length"]) == (b"", whole["Content-Length"])
    assert whole["Content-Length"] == str(len(whole.getvalue()))

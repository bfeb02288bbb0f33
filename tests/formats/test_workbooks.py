"""Workbooks as people open them: wide enough, filtered, with a cover; and as the importer does."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from openpyxl.worksheet import _writer

from apps.actors.models import Actor
from apps.documents.serializers import serializer_class
from apps.formats import workbooks
from apps.formats.catalogue import READERS, WRITERS
from apps.formats.format import Origin
from tests.core.readers import document_as_texts, write_in_format
from tests.types.actors.factories import ActorFactory

ACTORS = serializer_class(Actor)()
TITLE = "Caucasus and Central Asia: geopolitics as structured data"
CITE = settings.ATTRIBUTION
LICENCE = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"


def open_workbook(body: bytes) -> Any:
    """A workbook, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(body))


def test_the_cover_says_what_the_file_is_and_how_to_cite_it(db):
    actor = ActorFactory()
    documents = [json.loads(actor.document)] * 2
    origin = Origin("https://example.org/api/v1/actors/?kind=state", 7, "3: on is not known")
    book = open_workbook(write_in_format("xlsx", ACTORS, documents, origin=origin))
    assert book.sheetnames == ["actors", "About"]
    assert list(book["About"].values) == [
        ("Title", TITLE),
        ("Records", "actors"),
        ("Query", "https://example.org/api/v1/actors/?kind=state"),
        ("Revision", 7),
        ("Rows", 2),
        ("Left out", "3: on is not known"),
        ("Licence", LICENCE),
        ("Cite as", f"{CITE} Revision 7."),
    ]


def test_what_is_not_known_of_its_origin_is_left_unsaid(db):
    document = json.loads(ActorFactory().document)
    known = dict(open_workbook(write_in_format("xlsx", ACTORS, [document]))["About"].values)
    assert (known["Revision"], "Query" in known) == (document["revision"], False)
    bare = open_workbook(write_in_format("xlsx", ACTORS, [], ["slug"]))["About"]
    assert [name for name, _ in bare.values] == ["Title", "Records", "Rows", "Licence", "Cite as"]
    assert dict(bare.values)["Cite as"] == CITE


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["actors/?format=xlsx&kind=state", "actors/norland/?format=xlsx"])
def test_the_cover_of_an_answer_names_its_query_and_revision(api, path):
    actor = ActorFactory(slug="norland")
    body = b"".join(api.get(f"/api/v1/{path}").streaming_content)
    facts = dict(open_workbook(body)["About"].values)
    assert facts["Query"] == f"http://testserver/api/v1/{path}"
    assert facts["Revision"] == actor.revision


def test_columns_are_as_wide_as_their_texts_within_bounds():
    rows = [{"slug": "a" * 30, "name": "x" * 500, "country": "AZ"}]
    sheet = open_workbook(write_in_format("xlsx", ACTORS, rows, list(rows[0])))["actors"]
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths == [32, 60, 9]


def test_every_column_has_a_filter():
    rows = [{"slug": "a", "name": "A"}, {"slug": "b", "name": "B"}]
    sheet = open_workbook(write_in_format("xlsx", ACTORS, rows, ["slug", "name"]))["actors"]
    assert sheet.auto_filter.ref == "A1:B3"


def test_the_importer_reads_it_back_cover_or_no_cover(db):
    documents = [json.loads(ActorFactory(founded_on="1994").document) for _ in range(2)]
    body = write_in_format("xlsx", ACTORS, documents, origin=Origin("https://example.org/", 1))
    book = open_workbook(body)
    saved = io.BytesIO()
    book.save(saved)  # as a program for spreadsheets does
    for file in (io.BytesIO(body), saved):
        contents = READERS["xlsx"](file, ACTORS)
        assert contents.faults == []
        assert [row.given for row in contents.rows] == [
            document_as_texts(ACTORS, document) for document in documents
        ]


def test_a_workbook_is_the_same_bytes_whenever_it_is_made():
    """It says when its newest record changed, for caches and for who asks as of a revision."""
    moments = ["2026-03-01T10:00:00.000001Z", "2026-02-01T00:00:00Z"]
    rows = [{"slug": f"a-{n}", "updated_at": moment} for n, moment in enumerate(moments)]
    body = write_in_format("xlsx", ACTORS, rows, ["slug"])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = openpyxl.load_workbook(io.BytesIO(body)).properties
    assert (
        told.created == told.modified == datetime(2026, 3, 1, 10, tzinfo=UTC).replace(tzinfo=None)
    )
    assert body == write_in_format("xlsx", ACTORS, rows, ["slug"])


def test_a_workbook_of_too_many_rows_is_refused_before_a_byte_is_sent(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 3)
    rows = ({"slug": f"actor-{n}"} for n in range(9))
    before = list(_writer.ALL_TEMP_FILES)
    with pytest.raises(ValueError, match="takes 3 records at most; csv takes them all"):
        WRITERS["xlsx"](ACTORS, rows, ["slug"])
    assert next(rows) == {"slug": "actor-4"}
    assert before == _writer.ALL_TEMP_FILES
    assert len(write_in_format("csv", ACTORS, [{"slug": "a"}] * 9, ["slug"]).splitlines()) == 10


def test_a_workbook_survives_what_its_cells_cannot_hold():
    odd = [{"slug": "a", "summary": text} for text in ("\x00\x1b", "x" * 32_767, "x" * 32_768)]
    body = write_in_format("xlsx", ACTORS, odd, ["slug", "summary"])
    values = list(openpyxl.load_workbook(io.BytesIO(body))["actors"].values)[1:]
    assert [summary for _, summary in values] == [
        "\N{REPLACEMENT CHARACTER}" * 2,
        "x" * 32_767,
        "[32,768 characters are too many for a cell; csv has them]",
    ]

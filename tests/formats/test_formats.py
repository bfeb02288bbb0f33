"""Every format holds the same records: what is written is read back, whatever texts it holds."""

import csv
import io
import json
import re
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml
from rest_framework import serializers
from ruamel.yaml import YAML

from apps.api.answers.exports import CHUNK, gather_chunks
from apps.core.models import record_models
from apps.documents.incoming import IncomingDocument
from apps.documents.serializers import NumberField, RecordSerializer, serializer_class
from apps.documents.writing import write_documents
from apps.formats import rows as tables
from apps.formats import yaml_text as seed_form
from apps.formats.catalogue import FORMATS, WRITERS
from apps.formats.rows import document_from_row
from apps.seeds import files as seeds
from tests.core.readers import HOSTILE, HOSTILE_LINE, document_as_texts, read_csv, write_in_format
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.any_database("Python writes a document into a file and reads it back")

SECTIONS = ["INTRO", "1 | 2 ¶3", "A p. 2", "B p.", "p. 1 \\", "#=x"]


def all_citations() -> list[dict[str, Any]]:
    """Citations of every form, with texts of every kind."""
    sections = [{"name": name, "paragraphs": 9} for name in SECTIONS]
    article = ArticleFactory(slug="the-source", sections=sections)
    return [
        {"article": article},
        {"article": article, "page": "12"},
        *({"article": article, "section": name} for name in SECTIONS),
        *({"article": article, "section": name, "paragraph": 2} for name in SECTIONS),
        *({"article": article, "section": name, "page": "=1|2 p. 3"} for name in SECTIONS),
        {"article": article, "section": "INTRO", "paragraph": 3, "page": "p. 4 ¶5"},
        {"article": article, "field": "certainty", "value": "alleged", "stance": "denies"},
        *({"article": article, "field": "summary", "value": t, "note": t} for t in HOSTILE),
    ]


def more_names() -> list[dict[str, Any]]:
    """A record's further names."""
    dated = {"name": "Dated", "kind": "former", "since": "1994", "language": "az-Cyrl"}
    return [dated, *({"name": text, "kind": "short", "used_by": text} for text in HOSTILE)]


def full_article() -> dict[str, Any]:
    authors = [{"name": "Ann"}, *({"name": text, "affiliation": text} for text in HOSTILE)]
    return {"title": "=1+1", "authors": authors, "published_on": "../2024-05", "series": "a|b\\c",
            "language": "en", "is_redistributable": True}  # fmt: skip


def full_place() -> dict[str, Any]:
    return {"name": "-5", "latitude": "40.37767", "longitude": "-0.000001", "names": more_names(),
            "part_of": PlaceFactory()}  # fmt: skip


def full_actor() -> dict[str, Any]:
    return {"name": "'=x", "founded_on": "1991-09-23?", "names": more_names(),
            "successor_of": [ActorFactory(), ActorFactory()]}  # fmt: skip


def full_membership() -> dict[str, Any]:
    return {"name": "@x", "since": "1994~", "until": "2011/..", "blocked_by": [ActorFactory()]}


def full_agreement() -> dict[str, Any]:
    parties = [{"actor": ActorFactory(), "note": text, "role": "mediator"} for text in HOSTILE[:3]]
    provisions = [{"number": text, "subject": text} for text in HOSTILE]
    relations = [{"agreement": AgreementFactory(), "kind": "amends"}]
    return {"parties": [{"actor": ActorFactory()}, *parties], "provisions": provisions,
            "relations": relations, "names": more_names(), "value_amount": "1234567.89",
            "value_currency": "EUR", "value_qualifier": "about", "duration_years": 20}  # fmt: skip


def full_transfer() -> dict[str, Any]:
    return {"weapon_designation": "+1", "number_ordered": 40, "number_ordered_max": 60,
            "number_ordered_qualifier": "exact", "delivered_on": "2011/2020", "is_aggregate": True,
            "share_percent": "0.001", "share_percent_qualifier": "at_most", "share_of": "=x",
            "tiv_ordered": "55.5"}  # fmt: skip


def full_corridor() -> dict[str, Any]:
    place = PlaceFactory()
    stops = [
        {"place": place, "order": order, "branch": branch, "is_prospective": order > 3}
        for order, branch in enumerate([None, *HOSTILE], start=1)
    ]
    return {"modes": ["rail", "sea"], "participants": [{"actor": ActorFactory(), "role": "origin"}],
            "stops": stops, "agreements": [AgreementFactory()], "length_km": "7200",
            "length_km_qualifier": "about", "opens_on": "2027-24", "names": more_names(),
            "geometry": HOSTILE_LINE, "geometry_accuracy": "schematic"}  # fmt: skip


def full_exercise() -> dict[str, Any]:
    host = {"actor": ActorFactory(), "role": "host", "personnel": 5, "personnel_qualifier": "about"}
    return {"domains": ["land", "cyber"], "participants": [{"actor": ActorFactory()}, host],
            "places": [PlaceFactory(), PlaceFactory()], "objective": "-5",
            "names": more_names()}  # fmt: skip


FULL_DOCUMENTS = {
    "articles": full_article,
    "places": full_place,
    "actors": full_actor,
    "memberships": full_membership,
    "agreements": full_agreement,
    "arms-transfers": full_transfer,
    "corridors": full_corridor,
    "exercises": full_exercise,
}


@pytest.fixture
def serializer(endpoint) -> RecordSerializer:
    """The serializer of each type in turn."""
    return serializer_class(record_models()[endpoint])()


@pytest.fixture
def documents(db, endpoint, make) -> list[dict[str, Any]]:
    """The public documents of a type: one that fills it with hostile texts, and bare ones."""
    ids = [{"scheme": "wikidata", "value": "-5"}, {"scheme": "cow", "value": "a|b\\c"}]
    make(summary="=1+1", topics=["energy", "trade"], external_ids=ids, citations=all_citations(),
         **FULL_DOCUMENTS.get(endpoint, dict)())  # fmt: skip
    make()
    rows = record_models()[endpoint].objects.published().order_by("slug")
    return [json.loads(text) for text in rows.values_list("document", flat=True)]


def test_there_are_five_formats_beside_json():
    assert {name: FORMATS[name].media_type for name in WRITERS} == {
        "csv": "text/csv; charset=utf-8",
        "ndjson": "application/x-ndjson",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "geojson": "application/geo+json",
        "yaml": "application/yaml",
    }
    assert list(FORMATS) == ["json", *WRITERS]


def test_each_format_holds_the_same_records(serializer, documents):
    wanted = [document_as_texts(serializer, document) for document in documents]
    lines = write_in_format("ndjson", serializer, documents).decode().splitlines()
    assert [json.loads(line) for line in lines] == documents
    table = read_csv(write_in_format("csv", serializer, documents))
    assert [document_from_row(serializer, row) for row in table] == wanted
    features = json.loads(write_in_format("geojson", serializer, documents))["features"]
    for feature, document in zip(features, documents, strict=True):
        rest = {name: value for name, value in document.items() if name != "geometry"}
        assert feature["properties"] == rest
    entries = yaml.load(write_in_format("yaml", serializer, documents), Loader=yaml.BaseLoader)
    assert entries == [seed_form.seed_entry(serializer, document) for document in documents]


def test_what_a_row_gives_back_is_taken_as_no_change(endpoint, serializer, documents):
    model = record_models()[endpoint]
    table = read_csv(write_in_format("csv", serializer, documents))
    entries = yaml.load(write_in_format("yaml", serializer, documents), Loader=yaml.BaseLoader)
    for documents in ([document_from_row(serializer, row) for row in table], entries):
        counts = write_documents(
            [IncomingDocument(model, data) for data in documents],
            SimpleNamespace(user=None, touch=lambda record: None),
        )
        assert counts == {"created": 0, "updated": 0, "unchanged": len(documents)}


def test_a_subset_of_the_keys_has_only_their_columns(serializer, documents):
    names = ["slug", "citations", "updated_at"]
    part = [{name: document[name] for name in names} for document in documents]
    lines = write_in_format("ndjson", serializer, part, names).decode().splitlines()
    assert [json.loads(line) for line in lines] == part
    for form in (part, documents):  # whether or not the documents hold more
        (row, *_) = read_csv(write_in_format("csv", serializer, form, names))
        assert list(row) == [
            *("slug", "citations", "citations.field", "citations.value", "citations.stance"),
            *("citations.note", "updated_at"),
        ]
    entries = yaml.load(write_in_format("yaml", serializer, part, names), Loader=yaml.BaseLoader)
    assert [list(entry) for entry in entries] == [["slug", "citations"]] * len(part)
    features = json.loads(write_in_format("geojson", serializer, documents, names))["features"]
    assert [feature["properties"] for feature in features] == part


def test_columns_follow_from_the_type_and_not_from_the_data(serializer, documents):
    header = write_in_format("csv", serializer, []).decode()
    assert write_in_format("csv", serializer, documents).decode().splitlines()[0] == header.strip()
    names = header.strip().split(",")
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z_]+)?", name) for name in names)
    own = {name for name in serializer.fields if f"{name}_certain_from" not in names}
    assert own - set(names) <= set(serializer.list_names())


def test_csv_is_rfc_4180_in_utf_8_without_a_mark(serializer, documents):
    body = write_in_format("csv", serializer, documents)
    assert not body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert "Кавказ".encode() in body or "names" not in serializer.fields
    assert len(list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))) == 1 + len(
        documents
    )


def test_pandas_reads_the_csv_in_one_line(serializer, documents):
    body = io.BytesIO(write_in_format("csv", serializer, documents))
    frame = pd.read_csv(body)
    assert list(frame["slug"]) == [document["slug"] for document in documents]
    for name, field in serializer.fields.items():
        if isinstance(field, serializers.BooleanField):
            assert frame[name].dtype == bool
        elif isinstance(field, serializers.IntegerField | NumberField):
            assert pd.api.types.is_numeric_dtype(frame[name])
    for name in frame.columns:
        if name.endswith(("_earliest", "_latest")):
            pd.to_datetime(frame[name], format="%Y-%m-%d")


def test_a_workbook_holds_the_rows_of_the_csv_in_typed_cells(endpoint, serializer, documents):
    book = openpyxl.load_workbook(io.BytesIO(write_in_format("xlsx", serializer, documents)))
    sheet = book[endpoint]
    header, *rows = (list(row) for row in sheet.iter_rows())
    table = read_csv(write_in_format("csv", serializer, documents, raw=True))
    assert [cell.value for cell in header] == list(table[0])
    assert [[tables.cell_text(cell.value) for cell in row] for row in rows] == [
        list(row.values()) for row in table
    ]
    assert all(cell.font.bold for cell in header)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    types = {str: "s", int: "n", float: "n", bool: "b", type(None): "n"}
    assert all(cell.data_type == types[type(cell.value)] for row in rows for cell in row)


ACTORS = serializer_class(record_models()["actors"])()


def test_features_lie_where_their_records_do(endpoint, serializer, documents):
    collection = json.loads(write_in_format("geojson", serializer, documents))
    assert list(collection) == ["type", "name", "features"]
    assert (collection["type"], collection["name"]) == ("FeatureCollection", endpoint)
    assert [list(feature) for feature in collection["features"]] == [
        ["type", "id", "geometry", "properties"]
    ] * len(documents)
    drawn = {
        feature["id"]: feature["geometry"]
        for feature in collection["features"]
        if feature["geometry"] is not None
    }
    point = {"type": "Point", "coordinates": [-0.000001, 40.37767]}
    wanted = {"places": [point], "corridors": [HOSTILE_LINE]}
    assert list(drawn.values()) == wanted.get(endpoint, [])
    assert set(drawn) <= {document["slug"] for document in documents}
    assert json.loads(write_in_format("geojson", serializer, []))["features"] == []


def test_yaml_is_read_as_the_seed_file_is(endpoint, serializer, documents, tmp_path):
    seeds.write_seeds(tmp_path)
    file = tmp_path / seeds.seed_file_name(endpoint)
    answer = write_in_format("yaml", serializer, documents)
    assert yaml.load(answer, yaml.BaseLoader) == yaml.load(file.read_bytes(), yaml.BaseLoader)
    assert write_in_format("yaml", serializer, []) == b"[]\n"


def test_yaml_holds_for_any_reader_what_the_document_does(serializer, documents):
    entries = [seed_form.seed_entry(serializer, document) for document in documents]
    wanted = [values_of_entry(*pair) for pair in zip(entries, documents, strict=True)]
    answer = write_in_format("yaml", serializer, documents)
    assert yaml.safe_load(answer) == wanted
    assert YAML(typ="safe", pure=True).load(answer) == wanted


def values_of_entry(entry: Any, value: Any) -> Any:
    """The values of a document, or of a part of one, of which a seed holds an entry."""
    if isinstance(entry, dict):
        return {name: values_of_entry(entry[name], value[name]) for name in entry}
    if isinstance(entry, list):
        return [values_of_entry(*pair) for pair in zip(entry, value, strict=True)]
    return value


@pytest.mark.parametrize("name", ["csv", "ndjson", "geojson", "yaml"])
def test_the_first_bytes_leave_before_the_last_record_is_read(name):
    many = ({"slug": f"actor-{n}", "name": "x" * 500} for n in range(2_000))
    chunks = gather_chunks(WRITERS[name](ACTORS, many, ["slug", "name"]))
    sizes = [len(next(chunks)) for _ in range(3)]
    assert all(CHUNK <= size < CHUNK + 2_000 for size in sizes)
    assert int(next(many)["slug"].removeprefix("actor-")) < 500

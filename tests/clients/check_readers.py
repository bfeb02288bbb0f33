"""Programs for tables read every list as it is answered: the rows that the API counts."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pytest
from openpyxl import load_workbook

from tests.clients.conftest import HERE

Counts = dict[str, int]


@pytest.fixture(scope="session")
def counts(server: str) -> Counts:
    """How many records each list has."""
    endpoints = read_json(f"{server}/api/v1/")["endpoints"]
    return {name: read_json(address)["count"] for name, address in endpoints.items()}


def read_json(address: str) -> Any:
    """What is answered, parsed."""
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


def test_pandas(server, counts):
    for name, count in counts.items():
        address = f"{server}/api/v1/{name}/"
        assert len(pandas.read_csv(f"{address}?format=csv")) == count
        assert len(pandas.read_json(f"{address}?format=ndjson", lines=True)) == count
        assert len(pandas.read_excel(f"{address}?format=xlsx")) == count


def test_polars(server, counts):
    for name, count in counts.items():
        address = f"{server}/api/v1/{name}/"
        assert polars.read_csv(f"{address}?format=csv", infer_schema_length=None).height == count
        assert polars.read_ndjson(f"{address}?format=ndjson").height == count


def test_duckdb(server, counts):
    database = duckdb.connect()
    package: Any = pytest.importorskip("duckdb_ext")
    (extension,) = Path(next(iter(package.__path__))).glob("extensions/*/*/httpfs.duckdb_extension")
    database.execute(f"LOAD '{extension}'")
    for name, count in counts.items():
        address = f"{server}/api/v1/{name}/"
        readers = (f"read_csv('{address}?format=csv')", f"read_json('{address}?format=ndjson')")
        for reader in readers:
            assert database.sql(f"select count(*) from {reader}").fetchall() == [(count,)], name


def test_r(server, counts, run):
    assert json.loads(run("Rscript", HERE / "read_lists.R", server)) == {
        name: [count, count] for name, count in counts.items()
    }


def test_ogr2ogr(server, counts, run, tmp_path):
    for name in ("places", "corridors"):
        table = tmp_path / f"{name}.csv"
        address = f"{server}/api/v1/{name}/?format=geojson"
        run("ogr2ogr", "-f", "CSV", table, address, "-lco", "GEOMETRY=AS_WKT")
        assert len(pandas.read_csv(table)) == counts[name]
        assert "WKT" in pandas.read_csv(table).columns


def test_libreoffice(server, counts, run, tmp_path):
    for name, query in (("places", "format=csv&bom=1"), ("actors", "format=xlsx")):
        file = tmp_path / f"{name}.{query[7:].partition('&')[0]}"
        urllib.request.urlretrieve(f"{server}/api/v1/{name}/?{query}", file)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        reading = ["--infilter=CSV:44,34,76,1"] if "csv" in query else []  # commas, quotes, UTF-8
        into = ["--convert-to", "xlsx", "--outdir", tmp_path / "made", file]
        run("soffice", profile, "--headless", *reading, *into)
        sheets = load_workbook(tmp_path / f"made/{name}.xlsx").worksheets
        tables = [sheet for sheet in sheets if sheet["A1"].value == "slug"]
        assert [sheet.max_row for sheet in tables] == [counts[name] + 1]
        texts = [str(cell) for row in tables[0].iter_rows(values_only=True) for cell in row]
        assert any("ş" in text or "ü" in text for text in texts)

"""A new format is one file and its line in the catalogue: everything else knows it by that."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("a new format")  # the copy is laid down once
TSV_FILE = '''
"""Tables parted by tabs."""

import csv

from apps.formats import headings
from apps.formats.format import Format
from apps.formats.rows import cell_text, document_cells, table_columns


def write_tsv(serializer, documents, names=None, raw=False, origin=None):
    """A row for each record."""
    shown = table_columns(serializer, names)
    yield ("\\t".join(column.header for column in shown) + "\\n").encode()
    for document in documents:
        texts = [cell_text(cell) for cell in document_cells(shown, document)]
        yield ("\\t".join(texts) + "\\n").encode()


def read_tsv(file, serializer):
    """The documents of a file."""
    lines = file.read().decode().splitlines()
    table = enumerate(csv.reader(lines, delimiter="\\t"), start=1)
    return headings.read_table(serializer, table)


TSV = Format(
    "tsv", "text/tab-separated-values", write_tsv, is_attachment=True,
    read=read_tsv,
)
'''
CODE = """
import io, json
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from apps.core.models import record_models
from apps.documents.serializers import serializer_class
from apps.formats.files import read_file
call_command("migrate", verbosity=0)
site = Client()
answer = site.get("/api/v1/actors/?format=tsv&fields=slug,name")
schema = site.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
operation = schema["paths"]["/api/v1/actors/"]["get"]
file = io.BytesIO(b"slug\\tname\\nnorland\\tNorland\\n")
received = read_file(file, "a.tsv", serializer_class(record_models()["actors"])())
print(json.dumps({
    "status": answer.status_code,
    "type": answer["Content-Type"],
    "disposition": answer["Content-Disposition"],
    "body": b"".join(answer.streaming_content).decode(),
    "schema": operation["responses"]["200"]["content"]["text/tab-separated-values"]["schema"],
    "words": schema["components"]["schemas"]["Format"]["enum"],
    "expand": site.get("/api/v1/actors/?format=tsv&expand=successor_of").json()["errors"][0],
    "imported": [row.given for row in received.contents.rows],
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, Any]:
    """What a copy of the house says of a format that it did not have."""
    root, copy = Path(__file__).parents[2], tmp_path_factory.mktemp("house")
    for folder in ("apps", "caucasus"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "requirements.txt", copy)  # it is part of what the build is told by
    (copy / "apps/formats/tsv_files.py").write_text(TSV_FILE)
    catalogue = copy / "apps/formats/catalogue.py"
    text = catalogue.read_text()
    text = text.replace("\n\nFORMATS", "\nfrom apps.formats.tsv_files import TSV\n\nFORMATS")
    catalogue.write_text(text.replace("        YAML,\n", "        YAML,\n        TSV,\n"))
    settings = {
        "DJANGO_SETTINGS_MODULE": "caucasus.settings.test",
        "DATABASE_URL": "sqlite://:memory:",
    }
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        cwd=copy,
        env={**os.environ, **settings},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_list_is_answered_in_a_new_format_and_saved_as_a_file(answers):
    assert (answers["status"], answers["type"]) == (200, "text/tab-separated-values")
    assert answers["disposition"] == 'attachment; filename="actors.tsv"'
    assert answers["body"] == "slug\tname\n"


def test_the_description_of_the_api_names_a_new_format(answers):
    assert answers["words"] == ["json", "csv", "ndjson", "xlsx", "yaml", "tsv"]
    assert answers["schema"] == {"type": "string"}


def test_a_new_format_nests_other_records_only_if_it_says_so(answers):
    assert answers["expand"]["detail"] == "Only json and ndjson answers nest other records."


def test_a_new_format_with_a_reader_can_be_imported(answers):
    assert answers["imported"] == [{"slug": "norland", "name": "Norland"}]

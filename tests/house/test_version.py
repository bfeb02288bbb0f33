"""One version number, wherever it stands."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

VERSION_PATTERN = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)


def test_the_files_that_name_the_version_name_the_same(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    described = re.search(r"^  version: (\S+)$", (root / "docs/openapi.yaml").read_text(), re.M)
    released, *_ = VERSION_PATTERN.findall((root / "CHANGELOG.md").read_text())
    assert {
        project["version"],
        citation["version"],
        described and described.group(1),
        released,
    } == {settings.VERSION}


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff"])
def test_how_to_cite_is_said_alike(root: Path, name):
    text = " ".join((root / name).read_text().split())
    authors, title, *_ = settings.ATTRIBUTION.split(". ")
    assert authors in text
    assert title in text
    assert name != "README.md" or settings.ATTRIBUTION in text.replace("*", "")


@pytest.mark.django_db
@pytest.mark.any_database("it stands in the settings")
def test_answers_name_it(api):
    root = api.get("/api/v1/").json()
    assert (root["version"], root["attribution"]) == (settings.VERSION, settings.ATTRIBUTION)
    assert api.get("/api/v1/meta/").json()["version"] == settings.VERSION
    assert api.get("/api/v1/schema/").json()["info"]["version"] == settings.VERSION

"""The words beside the code, executed: what the README shows is what the API answers."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command, get_commands, load_command_class

from apps.exercises.models import Exercise
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
PAGES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in [*sorted(ROOT.glob("*.md")), ROOT / "docs/desk.md", *DECISIONS]
}
HOST = "http://127.0.0.1:8000"
QUERY = re.compile(rf"```sh\ncurl -s '{HOST}([^']+)'\n```\n\n```json\n(.+?)```", re.S)
PANDAS = re.compile(r"```python\n(.+?)```", re.S)
EXAMPLE = re.compile(r"`seeds/(\w+\.yaml)`:\n\n```yaml\n(.+?)```", re.S)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PATH = re.compile(r"`((?:apps|caucasus|docs|fixtures|seeds|tests|\.ci)/[\w./-]*)`")
TARGETS = re.compile(r"(?:`|^)make ((?:[a-z-]+ ?)+)", re.M)
COMMAND = re.compile(r"manage\.py ([^`\n]+)`")


def parse_abbreviated_answer(answer: str) -> Any:
    """An abbreviated answer as JSON: `…` stands for keys or entries that are left out."""
    return json.loads(re.sub(r",?\s*…", "", re.sub(r"…,\s*", "", answer)))


def differences_from_answer(part: Any, whole: Any, path: str = "") -> Iterator[str]:
    """What is shown and not so in the answer, of which keys and entries may be left out."""
    if isinstance(part, dict) and isinstance(whole, dict):
        for key in part:
            yield from differences_from_answer(part[key], whole.get(key, "absent"), f"{path}.{key}")
    elif isinstance(part, list) and isinstance(whole, list):
        for entry in part:
            differences = [
                list(differences_from_answer(entry, other, f"{path}[]")) for other in whole
            ]
            yield from min(differences, key=len, default=[f"{path} is empty"])
    elif part != whole:
        yield f"{path} is {whole!r}, not {part!r}"


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        ('{…, "results": [{"slug": "b", "n": […, 2]}, …]}', []),
        ('{"results": [{"slug": "a", "n": 0}, …], …}', [".results[].n is None, not 0"]),
        ('{"next": null, …}', [".next is 'absent', not None"]),
        ('{…, "none": [1]}', [".none is empty"]),
    ],
)
def test_an_abbreviated_answer_is_compared_by_what_it_shows(text, differences):
    records = [{"slug": "a", "n": None}, {"slug": "b", "n": [1, 2]}]
    answer = {"count": 2, "results": records, "none": []}
    assert list(differences_from_answer(parse_abbreviated_answer(text), answer)) == differences


@pytest.mark.django_db
def test_every_query_is_answered_as_the_readme_shows(api):
    load_curated_data()
    queries = QUERY.findall(README)
    assert len(queries) == README.count("curl ") >= 5
    for address, text in queries:
        expected, response = parse_abbreviated_answer(text), api.get(address)
        assert response.status_code == expected.get("status", 200), address
        assert list(differences_from_answer(expected, response.json())) == [], address


@pytest.mark.django_db(transaction=True)
def test_the_lines_for_pandas_run_against_a_server(live_server):
    load_curated_data()
    (block,) = PANDAS.findall(README)
    names: dict[str, Any] = {}
    exec(block.replace(HOST, live_server.url), names)
    lines = names["transfers"].set_index("slug")
    assert lines.loc["pakistan-azerbaijan-jf-17-block-iii", "number_requested"] == 60
    assert set(names["citations"].columns) >= {"article", "section", "paragraph", "field", "slug"}
    assert set(names["citations"]["slug"]) == set(lines.index)


@pytest.mark.django_db
def test_the_worked_example_loads_disputed_and_is_written_back_as_it_stands(tmp_path):
    (tmp_path / "dataset.yaml").write_text("released_at: 2026-01-31T00:00:00Z\n")
    examples = EXAMPLE.findall(CONTRIBUTING)
    for name, records in examples:
        (tmp_path / name).write_text(records)
    ActorFactory(slug="norland")
    ActorFactory(slug="sorland")
    call_command("seed", folder=tmp_path, stdout=io.StringIO())
    document = json.loads(Exercise.objects.get(slug="lake-shield-2025").document)
    assert f'"disputed_fields": {json.dumps(document["disputed_fields"])}' in CONTRIBUTING
    call_command("dump_seeds", folder=tmp_path, stdout=io.StringIO())
    for name, records in examples:
        assert records in (tmp_path / name).read_text()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_path_leads_somewhere(name):
    text, folder = PAGES[name], (ROOT / name).parent
    targets = [folder / link for link in LINK.findall(text)]
    targets += [ROOT / path for path in PATH.findall(text)]
    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_make_target_exists(name):
    known = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    named = " ".join(TARGETS.findall(PAGES[name])).split()
    assert set(named) <= set(known)


@pytest.mark.parametrize("name", PAGES)
def test_every_command_exists_and_takes_its_arguments(name):
    apps = get_commands()
    for line in COMMAND.findall(PAGES[name]):
        command, *arguments = shlex.split(line)
        assert command in apps, line
        parser = load_command_class(apps[command], command).create_parser("manage.py", command)
        parser.parse_args(arguments)


def test_decisions_are_numbered_and_have_the_same_form():
    for number, path in enumerate(DECISIONS, start=1):
        text = path.read_text()
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. "), path.name
        headings = re.findall(r"^## (.+)", text, re.M)
        assert headings == ["Status", "Context", "Decision", "Consequences"], path.name


def test_decisions_that_the_code_names_are_there():
    code = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "caucasus").rglob("*.py")]
    named = {n for path in code for n in re.findall(r"docs/adr/(\d{4})", path.read_text())}
    assert named <= {path.name[:4] for path in DECISIONS}


def test_the_version_is_the_same_wherever_it_stands():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    version, released = citation["version"], citation["date-released"]
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text()
    assert f"## [{version}] - {released}" in PAGES["CHANGELOG.md"]
    for text in (README, (ROOT / "LICENSE-DATA").read_text()):
        assert f"Version {version}, {released[:4]}." in " ".join(text.split())

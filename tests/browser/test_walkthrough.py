"""docs/api.md, executed: real commands against a real server, and no address left out."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.core.signals import request_started
from django.urls import URLPattern, resolve
from drf_spectacular.generators import SchemaGenerator

from caucasus.api.root import urlpatterns
from tests.accounts.factories import TokenFactory
from tests.conftest import skip_for_lack_of
from tests.house.test_readme import HOST, differences_from_answer
from tests.support.seeding import load_curated_data

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),  # one worker: a server at a time is enough
]
TEXT = (Path(__file__).parents[2] / "docs/api.md").read_text()
STEP = re.compile(r"```sh\n(.+?)```\n\n```(json|text)\n(.+?)```", re.S)
PANDAS = re.compile(r"```python\n(.+?)```", re.S)


class Step(NamedTuple):
    """Commands, and what is shown of their answer."""

    commands: str
    form: str
    answer: str


STEPS = [Step(*parts) for parts in STEP.findall(TEXT)]


def parse_shown_json(answer: str) -> Any:
    """Abbreviated JSON: `…` in the place of a value leaves that key open."""
    open_keys = re.sub(r',?\s*"[^"]+": …(?=[,}\s])', "", answer)
    return json.loads(
        re.sub(r"([{\[])\s*,", r"\1", re.sub(r",?\s*…", "", re.sub(r"…,\s*", "", open_keys)))
    )


def missing_lines(shown_lines: str, answer: str) -> Iterator[str]:
    """Lines that are shown and do not stand in the answer, in this order; `…` fits anything."""
    rest = iter(answer.splitlines())
    for line in shown_lines.splitlines():
        pattern = ".*".join(re.escape(piece) for piece in line.rstrip("\n").split("…"))
        if not any(re.fullmatch(pattern, other.strip("\r")) for other in rest):
            yield line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{…, "a": 1, …}', {"a": 1}),
        ('{"a": …, "b": [1, …, 2]}', {"b": [1, 2]}),
        ('{"b": {"a": …}, …}', {"b": {}}),
        ('{…, "b": […]}', {"b": []}),
    ],
)
def test_what_is_left_out_is_left_open(text, value):
    assert parse_shown_json(text) == value


def test_a_line_that_is_not_in_the_answer_is_missed():
    answer = "a 1 b\r\n[x]"
    assert list(missing_lines("a … b\n[x]", answer)) == []
    assert list(missing_lines("[x]\na … b", answer)) == ["a … b"]
    assert list(missing_lines("a …c", answer)) == ["a …c"]


class Visits:
    """Which addresses a server was asked for, and how."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def note_visit(self, environ: dict[str, Any], **kwargs: Any) -> None:
        self.seen.add((environ["REQUEST_METHOD"], environ["PATH_INFO"]))

    def __enter__(self) -> "Visits":
        request_started.connect(self.note_visit)
        return self

    def __exit__(self, *exception: object) -> None:
        request_started.disconnect(self.note_visit)


def make_tokens() -> dict[str, str]:
    """The tokens that the page speaks of, of an account that may do everything."""
    account = get_user_model().objects.create_superuser("walker", password="x")
    scopes = {"TOKEN": "publish", "PROPOSING": "propose"}
    return {name: TokenFactory(user=account, scopes=[scope]).key for name, scope in scopes.items()}


def run_commands(commands: str, host: str, folder: Path, more: dict[str, str]) -> str:
    """What the commands print, as if the server stood where the page says."""
    (folder / ".curlrc").write_text('write-out = "\\n"\n')  # each answer begins a line
    done = subprocess.run(
        ["bash", "-euc", commands.replace(HOST, host)],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **more},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{commands}\n{done.stderr}"
    return done.stdout.replace(host, HOST)


def step_faults(step: Step, answer: str) -> list[str]:
    """What a step shows and its commands do not answer."""
    if step.form == "text":
        return list(missing_lines(step.answer, answer))
    body, _ = json.JSONDecoder().raw_decode(answer.lstrip())
    return list(differences_from_answer(parse_shown_json(step.answer), body))


def route_names(patterns: list[Any] = urlpatterns) -> Iterator[str]:
    """The names of all routes of the API."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        else:
            yield from route_names(pattern.url_patterns)


def described_addresses() -> Iterator[tuple[str, str, str]]:
    """Method, pattern and template of every address that OpenAPI describes."""
    for template, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template.rstrip("/")) + "/?"
        for method in methods:
            if method != "parameters":
                yield method.upper(), pattern, template


def test_every_command_answers_what_is_shown_and_every_address_is_visited(live_server, tmp_path):
    if shutil.which("curl") is None:
        skip_for_lack_of("curl is not installed")
    assert len(STEPS) == TEXT.count("```sh") >= 20
    load_curated_data()
    given = make_tokens()
    with Visits() as visits:
        wrong = {
            step.commands: faults
            for step in STEPS
            if (
                faults := step_faults(
                    step, run_commands(step.commands, live_server.url, tmp_path, given)
                )
            )
        }
        names: dict[str, Any] = {}
        (block,) = PANDAS.findall(TEXT)
        exec("import pandas as pd\n" + block.replace(HOST, live_server.url), names)
    assert wrong == {}
    transfers = names["transfers"].set_index("slug")
    assert transfers.loc["pakistan-azerbaijan-jf-17-block-iii", "number_requested"] == 60
    visited = {resolve(path).url_name for _, path in visits.seen}
    assert {*route_names(), "problem"} - visited == set()
    unvisited = [
        f"{method} {template}"
        for method, pattern, template in described_addresses()
        if not any(m == method and re.fullmatch(pattern, path) for m, path in visits.seen)
    ]
    assert unvisited == []

"""docs/operations.md, executed: each command in it does what the page says."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connection

from tests.operations.server import PRODUCTION

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.+?)^```", PAGE, re.M | re.S)
NAMED = re.findall(r"`(check_documents --rebuild|rebuild_search|upgrade)`", PAGE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.any_database("that each command is there and ends well")
@pytest.mark.usefixtures("shared_database")
def test_each_block_runs_one_after_the_other(tmp_path):
    environment = {
        **os.environ,
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "STATIC_ROOT": str(tmp_path / "static"),
        "BACKUPS_DIR": str(tmp_path / "backups"),
    }
    assert len(BLOCKS) == PAGE.count("```sh") >= 6
    script = "\n".join(["set -e", *BLOCKS])
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " created" in ran.stdout
    assert "tables are as they were" in ran.stdout
    assert ran.stdout.count("Nothing is wrong with") >= 2


def test_each_command_that_a_line_names_is_there():
    assert NAMED
    for line in NAMED:
        command, *arguments = line.split()
        parser = load_command_class(get_commands()[command], command).create_parser("", command)
        parser.parse_args(arguments)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(deploy/[\w.-]+)`", PAGE))))
def test_each_file_that_it_names_is_there(name):
    assert (ROOT / name).is_file()

"""What the checks of clients need: a server as `make run` starts it, with the curated data."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from tests.conftest import skip_for_lack_of

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NODE = ROOT / ".clients"  # where `make clients` installs what comes from npm
STARTS = 300  # times that the server is asked whether it is there

Run = Callable[..., str]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the API on a server of its own."""
    folder = tmp_path_factory.mktemp("server")
    more = {
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "DJANGO_SETTINGS_MODULE": "caucasus.settings.dev",
        "SECRET_KEY": "of the checks of clients",
    }
    environment = {**os.environ, **more}
    for command in (["migrate", "--verbosity=0"], ["seed"]):
        made = [sys.executable, "manage.py", *command]
        subprocess.run(made, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"]
    granian += ["--port", port, "--log-level", "warning", "caucasus.wsgi:application"]
    process = subprocess.Popen(granian, cwd=ROOT, env=environment)
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/api/v1/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for_answer(url: str, process: subprocess.Popen) -> None:
    """Wait until a server answers."""
    for _ in range(STARTS):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url).close()
        except (urllib.error.URLError, ConnectionError):
            sleep(0.2)
        else:
            return
    pytest.fail("the server does not answer")


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a program, which is to succeed, and gives what it said."""

    def run_program(program: str, *arguments: Any, cwd: Path | None = None) -> str:
        path = shutil.which(program)
        if path is None:
            skip_for_lack_of(f"{program} is not installed")
        command = [str(path), *map(str, arguments)]
        ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout[-3_000:] + ended.stderr[-3_000:]
        return ended.stdout

    return run_program


@pytest.fixture(scope="session")
def small_file(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small description, as the server gives it."""
    file = tmp_path_factory.mktemp("description") / "small.json"
    with urllib.request.urlopen(f"{server}/api/v1/schema/") as answer:
        file.write_bytes(answer.read())
    return file


@pytest.fixture(scope="session")
def npm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules that may import what comes from npm."""
    if not (NODE / "node_modules").exists():
        skip_for_lack_of("`make clients` installs what comes from npm")
    folder = tmp_path_factory.mktemp("npm")
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    return folder

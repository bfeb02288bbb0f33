"""The real server, as `serve` starts it, on a database of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.db import connection

from apps.operations.models import Installation
from apps.operations.upgrading import COLLECTED
from caucasus.settings.base import build_name

ROOT = Path(__file__).parents[2]
TRIES = 1_200  # of a twentieth of a second: when it is given up, not how quick anything is
LABEL = "of a test"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "caucasus.settings.production",
    "SECRET_KEY": "Wae7ohphoh4Ohng0Ein0eethiehahng8aiChoh5ju8Eejoo2-not-secret",
    "ALLOWED_HOSTS": "data.example",
    "BEHIND_TLS_PROXY": "yes",
    "TRUSTED_PROXIES": "1",
}
THROUGH_PROXY = {"Host": "data.example", "X-Forwarded-Proto": "https"}


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(is_so: Callable[[], Any], what: str) -> Any:
    """What `is_so` answers as soon as it is something."""
    for _ in range(TRIES):
        try:
            if answer := is_so():
                return answer
        except OSError:
            pass
        sleep(0.05)
    pytest.fail(f"{what}: not so")


class Server:
    """`manage.py serve` in production, on a file of SQLite."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port, self.metrics_port = folder, free_port(), free_port()
        database = connection.settings_dict["NAME"]
        self.environment = {
            **{name: text for name, text in os.environ.items() if name != "DATABASE_URL"},
            **PRODUCTION,
            "DATABASE_URL": f"sqlite:///{database}",
            "STATIC_ROOT": str(folder / "static"),
            "BUILD": LABEL,
            "SERVER_ADDRESS": f"127.0.0.1:{self.port}",
            "METRICS_ADDRESS": f"127.0.0.1:{self.metrics_port}",
            **environment,
        }
        self.log = folder / "log"
        self.process: subprocess.Popen | None = None

    def run_command(self, *arguments: str) -> subprocess.CompletedProcess:
        """A command of the same installation."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def note_upgrade(self) -> None:
        """Say that nothing is to be done; no page is asked for that needs static files."""
        build = build_name(LABEL)
        Installation.objects.note_upgrade(build)
        (self.folder / "static").mkdir()
        (self.folder / "static" / COLLECTED).write_text(build)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self.is_ready, "ready")

    def is_ready(self) -> bool:
        """Whether it answers requests; one that has ended never will."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return self.ask("/readyz")[0].status == 200

    def stop(self) -> int:
        """Tell it to end; its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait()

    def ask(self, path: str, port: int | None = None) -> tuple[HTTPResponse, str]:
        """One request, as the proxy passes it on."""
        asking = HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            asking.request("GET", path, headers=THROUGH_PROXY)
            response = asking.getresponse()
            return response, response.read().decode()
        finally:
            asking.close()

    def child(self, of: int | None = None) -> int:
        """The process of the server that the supervisor looks after, or the newest of that one's
        workers; 0 while there is none.
        """
        assert self.process is not None
        parent = of or self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return int((children.split() or ["0"])[-1])

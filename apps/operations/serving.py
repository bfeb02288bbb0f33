"""The server and who looks after it: it is started again when it ends, and told to end in peace."""

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from prometheus_client import start_http_server

from apps.operations.metrics import installation_registry

# These hold hundreds of silent and half-open connections while others read.
FLAGS = [
    *("--interface", "wsgi", "--http", "1", "--no-ws", "--backpressure", "1024"),
    *("--http1-header-read-timeout", "5000", "--http1-buffer-size", "16384"),
    *("--respawn-failed-workers", "--workers-kill-timeout", "30"),
    # Its own lines are JSON as all others are.
    *("--log-level", "warning", "--log-config", str(Path(__file__).with_name("server_log.json"))),
]
RESTART_AFTER = 1.0  # seconds: time to breathe where it ends at once
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
logger = logging.getLogger(__name__)


class Address(NamedTuple):
    """Where something listens."""

    host: str
    port: int


def parse_address(text: str) -> Address:
    """`127.0.0.1:8000` or `[::1]:8000`; a ValueError says what would be right."""
    host, _, port = text.rpartition(":")
    if not (host and port.isdecimal() and int(port) < 65_536):
        raise ValueError(f"“{text}” is no address such as 127.0.0.1:8000.")
    return Address(host.strip("[]"), int(port))


def require_free(address: Address) -> None:
    """Refuse an address that somebody listens at: two servers would share it, unseen."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def server_command(address: Address, workers: int, threads: int) -> list[str]:
    """The command that serves, with its flags."""
    where = ["--host", address.host, "--port", str(address.port)]
    how_many = ["--workers", str(workers), "--blocking-threads", str(threads)]
    return [sys.executable, "-m", "granian", *FLAGS, *where, *how_many, "caucasus.wsgi:application"]


@contextmanager
def served_metrics(address: Address | None) -> Iterator[dict[str, str]]:
    """The environment in which workers count; the sums are shown at `address`, if any."""
    with tempfile.TemporaryDirectory(prefix="caucasus-metrics-") as folder:
        if address is None:
            yield {METRICS_FOLDER: folder}
            return
        registry = installation_registry(folder)
        server, thread = start_http_server(address.port, address.host, registry)
        try:
            yield {METRICS_FOLDER: folder}
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class Supervisor:
    """Keeps a command running until SIGTERM or SIGINT; SIGHUP gives it new workers."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.command = command
        self.environment = {**os.environ, **environment}
        self.is_ending = threading.Event()
        self.process: subprocess.Popen | None = None

    def run_until_told(self) -> int:
        """Run; the command's exit code after it was told to end."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.pass_signal)
        while True:
            # A group of its own: Ctrl-C reaches it through here, once.
            self.process = subprocess.Popen(  # noqa: S603
                self.command, env=self.environment, start_new_session=True
            )
            if self.is_ending.is_set():  # told while it was started
                self.process.terminate()
            code = self.process.wait()
            # Workers whose parent was killed would hold the port and answer with what they know.
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            if self.is_ending.is_set():
                return 0 if code == -signal.SIGTERM else code
            logger.error("The server ended with code %s and is started again.", code)
            self.is_ending.wait(RESTART_AFTER)

    def pass_signal(self, number: int, frame: FrameType | None) -> None:
        """Tell the server what we are told."""
        if number != signal.SIGHUP:
            self.is_ending.set()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP if number == signal.SIGHUP else signal.SIGTERM)

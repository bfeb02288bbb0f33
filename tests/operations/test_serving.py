"""The production server as it is started: looked after, counted, and ended in peace."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.operations.serving import Address, parse_address
from tests.operations.server import Server, wait_until
from tests.types.actors.factories import ActorFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("how the server is started and ended"),
    pytest.mark.usefixtures("shared_database"),
]


@pytest.fixture
def server(tmp_path: Path, shared_database: None) -> Iterator[Server]:
    """One that is said to be upgraded, and is not started yet."""
    ActorFactory(slug="norland")
    server = Server(tmp_path)
    server.note_upgrade()
    yield server
    if server.process is not None:
        server.stop()


def test_it_serves_counts_logs_and_ends_in_peace(server):
    server.start()
    for _ in range(6):  # several workers count
        assert server.ask("/api/v1/actors/norland/?secret=cca_1234abcd")[0].status == 400
    assert json.loads(server.ask("/api/v1/actors/norland/")[1])["slug"] == "norland"
    figures = server.ask("/metrics", server.metrics_port)[1]
    counted = re.findall(r'http_requests_total\{.*status="400"\} (\S+)', figures)
    assert [float(number) for number in counted] == [6]
    assert "database_up 1.0" in figures
    assert "dataset_revision 2.0" in figures
    assert server.ask("/metrics")[0].status == 404
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["status"] for line in lines if "status" in line] == [400] * 6 + [200, 404]
    assert "1234abcd" not in server.log.read_text()


def test_a_server_that_ends_by_itself_is_started_again(server):
    server.start()
    first = server.child()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: server.child() not in (0, first), "started again")
    wait_until(server.is_ready, "ready again")
    assert "is started again" in server.log.read_text()
    assert server.stop() == 0


def test_what_the_server_itself_says_is_json_as_well(server):
    server.start()
    worker = wait_until(lambda: server.child(of=server.child()), "a worker")
    os.kill(worker, signal.SIGKILL)
    said = wait_until(lambda: server.log.read_text(), "a line of the server")
    server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert said.startswith("{")
    assert any(line["logger"] == "_granian" and "orker" in line["message"] for line in lines)


def test_it_refuses_to_start_on_old_tables_and_at_an_address_that_is_taken(server):
    server.start()
    refused = server.run_command("serve")
    assert refused.returncode == 1
    assert "Address already in use" in refused.stderr
    server.stop()
    refused = Server(server.folder, BUILD="another").run_command("serve")
    assert refused.returncode == 1
    assert "run `upgrade` first" in refused.stderr


def test_an_address_is_a_host_and_a_port():
    assert parse_address("0.0.0.0:80") == Address("0.0.0.0", 80)
    assert parse_address("[::1]:8000") == Address("::1", 8000)
    for wrong in ("8000", ":8000", "localhost", "localhost:http", "localhost:70000"):
        with pytest.raises(ValueError, match="no address such as"):
            parse_address(wrong)

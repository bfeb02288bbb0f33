"""Behind nginx, which compresses and so makes our tags weak, everything works as without it."""

import gzip
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.accounts.factories import TokenFactory
from tests.conftest import skip_for_lack_of
from tests.types.actors.factories import ActorFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("what a proxy does to headers"),
]
# Our server is asked for bytes as they are, and nginx compresses them.
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1; {user}
events {{}}
http {{
  access_log off; gzip on; gzip_proxied any; gzip_types *; gzip_min_length 1;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {server}; proxy_set_header Accept-Encoding "{asked}"; }}
  }}
}}
"""
Answer = tuple[HTTPResponse, bytes]


@pytest.fixture(params=["", "$http_accept_encoding"], ids=["it compresses", "we compress"])
def proxy(request: Any, live_server: Any, tmp_path: Path) -> Iterator[int]:
    """The port of an nginx in front of the running server."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        skip_for_lack_of("nginx is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "nginx.conf"
    user = "user root;" if Path("/root").owner() == tmp_path.owner() else ""
    known = {"folder": tmp_path, "port": port, "server": live_server.url, "user": user}
    config.write_text(CONFIG.format(**known, asked=request.param))
    command = [str(nginx), "-p", str(tmp_path), "-c", str(config), "-e", str(tmp_path / "errors")]
    process = subprocess.Popen(command)
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    """Wait until somebody listens."""
    for _ in range(400):
        assert process.poll() is None, "nginx ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    pytest.fail("nginx does not listen")


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
    """One request through the proxy."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, sent)
    response = connection.getresponse()
    answer = response, response.read()
    connection.close()
    return answer


def test_a_write_takes_the_tag_as_the_proxy_made_it(proxy):
    actor = ActorFactory(summary="Old. " * 200)
    account = get_user_model().objects.create_superuser("writer", password="x")
    token = {"Authorization": f"Bearer {TokenFactory(user=account, scopes=['publish']).key}"}
    path = f"/api/v1/actors/{actor.slug}/"
    read, body = ask(proxy, "GET", path, Accept_Encoding="gzip")
    tag = read.headers["ETag"]
    assert read.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["slug"] == actor.slug
    assert tag.startswith("W/") or tag.endswith('-gzip"')
    held, nothing = ask(proxy, "GET", path, Accept_Encoding="gzip", If_None_Match=tag)
    assert (held.status, nothing) == (304, b"")
    for status in (200, 412):  # the second comes with a tag of what was
        sent = {"Content_Type": "application/json", "If_Match": tag, **token}
        written, said = ask(proxy, "PATCH", f"{path}?reason=x", '{"summary": "New."}', **sent)
        assert written.status == status, said


def test_streams_and_errors_come_through_whole(proxy):
    ActorFactory.create_batch(3)
    for path, status in (("?format=csv", 200), ("?format=ndjson", 200), ("?colour=red", 400)):
        plain = ask(proxy, "GET", f"/api/v1/actors/{path}")
        packed = ask(proxy, "GET", f"/api/v1/actors/{path}", Accept_Encoding="gzip")
        assert plain[0].status == packed[0].status == status
        is_packed = packed[0].headers["Content-Encoding"] == "gzip"
        assert (gzip.decompress(packed[1]) if is_packed else packed[1]) == plain[1]

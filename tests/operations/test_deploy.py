"""What stands in deploy/ works as it is shown: nginx in front of the server, units, environment."""

import gzip
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests.api.http.test_behind_a_proxy import wait_for_port
from tests.conftest import skip_for_lack_of
from tests.operations.server import PRODUCTION, Server, free_port
from tests.types.actors.factories import ActorFactory

DEPLOY = Path(__file__).parents[2] / "deploy"
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1; {user}
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/site;
}}
"""
SLOW_BODIES = 12  # more than the server has threads
TRUSTING = ssl._create_unverified_context()


class Front:
    """The nginx of deploy/, at free ports, with a certificate of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.http, self.https = folder, free_port(), free_port()
        certificate, key = folder / "cert.pem", folder / "key.pem"
        subject = ["-subj", "/CN=data.example", "-days", "1", "-nodes", "-newkey", "rsa:2048"]
        made = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run(
            ["openssl", "req", "-x509", *subject, *made], check=True, capture_output=True
        )
        site = (DEPLOY / "nginx.conf").read_text()
        for shown, here in (
            ("/etc/ssl/certs/data.example.org.pem", str(certificate)),
            ("/etc/ssl/private/data.example.org.key", str(key)),
            ("data.example.org", "data.example"),
            ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
            ("listen 80;", f"listen 127.0.0.1:{self.http};"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.https} ssl"),
        ):
            assert shown in site
            site = site.replace(shown, here)
        (folder / "site").write_text(re.sub(r"listen \[::\].*;", "", site))
        user = "user root;" if folder.owner() == "root" else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))

    def ask(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        """One request over TLS."""
        asking = HTTPSConnection("127.0.0.1", self.https, timeout=120, context=TRUSTING)
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        with closing(asking):
            asking.request("GET", path, headers={"Host": "data.example", **sent})
            response = asking.getresponse()
            return response, response.read()


@pytest.fixture
def server(tmp_path: Path, shared_database: None) -> Iterator[Server]:
    ActorFactory(slug="norland", summary="Long. " * 300)
    server = Server(tmp_path, SERVER_WORKERS="1", SERVER_THREADS="2")
    server.note_upgrade()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def front(server: Server) -> Iterator[Front]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        skip_for_lack_of("nginx is not installed")
    front = Front(server.folder, server)
    folder = str(server.folder)
    command = [nginx, "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/errors"]
    process = subprocess.Popen(command)
    wait_for_port(front.https, process)
    yield front
    process.terminate()
    process.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.any_database("what stands in front of the server")
def test_nginx_stands_in_front_as_it_is_shown(front, server):
    """TLS alone, compressed, one id all the way, no forged address, slow bodies held off."""
    asking = HTTPConnection("127.0.0.1", front.http, timeout=120)
    with closing(asking):
        asking.request("GET", "/api/v1/", headers={"Host": "data.example"})
        moved = asking.getresponse()
        moved.read()
    assert (moved.status, moved.headers["Location"]) == (301, "https://data.example/api/v1/")
    forged = {"X_Forwarded_For": "192.0.2.99", "X_Request_ID": "forged"}
    response, body = front.ask("/api/v1/actors/norland/", Accept_Encoding="gzip", **forged)
    assert response.status == 200
    assert b'"slug":"norland"' in gzip.decompress(body)
    sent_id = response.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", sent_id)
    log = server.log.read_text()
    assert sent_id in log
    assert "192.0.2.99" not in log
    assert "forged" not in log
    assert front.ask("/readyz")[0].status == 200
    slow = [begin_slow_body(front.https) for _ in range(SLOW_BODIES)]
    assert front.ask("/api/v1/actors/norland/")[0].status == 200
    for connection in slow:
        connection.close()


def begin_slow_body(port: int) -> socket.socket:
    """A log-in of which only the beginning comes."""
    connection = TRUSTING.wrap_socket(socket.create_connection(("127.0.0.1", port)))
    head = "POST /admin/login/ HTTP/1.1\r\nHost: data.example\r\nContent-Length: 1000\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=a"
    connection.sendall(f"{head}{form}".encode())
    return connection


@pytest.mark.parametrize("unit", sorted(p.name for p in DEPLOY.glob("caucasus*")))
def test_systemd_takes_each_unit(unit, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    for path in DEPLOY.glob("caucasus*"):
        python = "/srv/caucasus/.venv/bin/python"
        text = path.read_text().replace(python, shutil.which("python3") or "/usr/bin/python3")
        (tmp_path / path.name).write_text(text)
    command = [analyze, "verify", "--man=no", str(tmp_path / unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in said.stderr.splitlines() if "caucasus" in line]
    assert (said.returncode, ours) == (0, [])


def test_the_environment_names_what_production_reads():
    """Each name of the example is read by the settings; what production needs is in it."""
    text = (DEPLOY / "environment.example").read_text()
    names = set(re.findall(r"^([A-Z_]+)=", text, re.M))
    settings = "".join(p.read_text() for p in (DEPLOY.parent / "caucasus/settings").glob("*.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)) | {"DJANGO_SETTINGS_MODULE"}
    assert names <= read
    assert set(PRODUCTION) <= names

"""Who is never asked: this machine and its network, by whatever name or way they are reached.

No test leaves the machine: where a name leads is said by `names`, and whom the transport connects
to is written down by `calls`.
"""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpcore import AnyIOBackend, ConnectError

from apps.links import public_transport
from apps.links.public_transport import PublicTransport, is_public_number
from apps.links.visiting import LinkAnswer, LinkVisitor
from tests.conftest import skip_for_lack_of
from tests.links.web import REDIRECTS, Web, serve_web

PUBLIC = "93.184.216.34"
LONG = 30  # for what is not to end for want of time


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as started:
        yield started


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Where names lead: the numbers of the first look-up, of the second, ...; the last stays."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **named: Any) -> list[Any]:
        text = host.decode() if isinstance(host, bytes) else host
        if text not in known:
            return real(host, port, *args, **named)
        numbers = known[text].pop(0) if len(known[text]) > 1 else known[text][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (n, port)) for n in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Whom it would connect to; nobody takes the call."""
    made: list[tuple[str, int]] = []

    async def connect(self: AnyIOBackend, host: str, port: int, **named: Any) -> None:
        made.append((host, port))
        raise ConnectError

    monkeypatch.setattr(AnyIOBackend, "connect_tcp", connect)
    return made


def ask(address: str, *allowed: str) -> LinkAnswer:
    """What becomes of asking; `allowed` numbers are taken for public ones."""
    transport = PublicTransport(lambda number: number in allowed) if allowed else PublicTransport()
    return asyncio.run(LinkVisitor(LONG, 0, transport).ask(address))


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
    ],
)
def test_which_numbers_are_public(number, public):
    assert is_public_number(number) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_is_not_asked_by_whatever_name(web, host):
    port = web.root.rpartition(":")[2]
    answer = ask(f"http://{host}:{port}/ok")
    assert answer.reason.startswith("not asked: ")
    assert web.asked == []


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::a00:1]", "[2002:a00:1::]"),
    ],
)
def test_a_private_number_is_never_called(calls, number):
    for scheme in ("http", "https"):
        answer = ask(f"{scheme}://{number}/")
        assert answer.status is None
        assert answer.reason.startswith("not asked: ")
        assert answer.reason.endswith(", no public address")
    assert calls == []


def test_a_name_with_one_private_number_is_not_called(names, calls):
    names["news.example"] = [[PUBLIC, "10.0.0.1"]]
    reason = "not asked: news.example is 10.0.0.1, no public address"
    assert ask("http://news.example/ok").reason == reason
    assert calls == []


def test_who_is_called_is_the_number_and_not_the_name(names, calls):
    names["news.example"] = [["93.184.216.34", "93.184.216.35"]]
    ask("https://news.example:8443/")
    assert calls == [("93.184.216.34", 8443), ("93.184.216.35", 8443)]


def test_a_name_that_leads_elsewhere_the_second_time_is_called_where_it_was_looked_at(names, calls):
    names["rebinding.example"] = [[PUBLIC], ["127.0.0.1"]]
    ask("http://rebinding.example/")
    assert calls == [(PUBLIC, 80)]
    assert names["rebinding.example"] == [["127.0.0.1"]]  # it was looked up once


def test_a_name_is_looked_at_again_for_each_request(web, names):
    """HEAD of a page that is missing is followed by GET, for which the name leads elsewhere."""
    port = web.root.rpartition(":")[2]
    names["rebinding.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    reason = "not asked: rebinding.example is 10.0.0.1, no public address"
    assert ask(f"http://rebinding.example:{port}/missing", "127.0.0.1").reason == reason
    assert web.asked == [("HEAD", "/missing")]


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/ok", "//inside.example:{port}/ok"])
def test_a_redirect_to_a_private_address_is_not_followed(web, names, monkeypatch, target):
    """Of this machine one number is taken for public here, and the redirect leads to another."""
    port = web.root.rpartition(":")[2]
    names["inside.example"] = [["127.0.0.2"]]
    monkeypatch.setitem(REDIRECTS, "/inside", (302, target.format(port=port)))
    answer = ask(web("/inside"), "127.0.0.1")
    assert answer.reason.endswith("is 127.0.0.2, no public address")
    assert web.asked == [("HEAD", "/inside")]


def test_the_host_is_asked_by_its_name(web, names):
    port = web.root.rpartition(":")[2]
    names["news.example"] = [["127.0.0.1"]]
    assert ask(f"http://news.example:{port}/ok", "127.0.0.1").reason == "200 OK"
    assert web.hosts == {f"news.example:{port}"}


def test_the_next_number_is_tried_where_the_first_is_closed(web, names):
    port = web.root.rpartition(":")[2]
    names["news.example"] = [["127.0.0.9", "127.0.0.1"]]  # the web listens at the second alone
    answer = ask(f"http://news.example:{port}/ok", "127.0.0.1", "127.0.0.9")
    assert answer.reason == "200 OK"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of news.example, signed by itself."""
    if shutil.which("openssl") is None:
        skip_for_lack_of("openssl is not installed")
    path = tmp_path / "news.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"),
            *("-keyout", str(path), "-out", str(tmp_path / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )
    with path.open("a") as file:
        file.write((tmp_path / "certificate.pem").read_text())
    return path


MISMATCH = (
    "its certificate is not valid: Hostname mismatch, certificate is not valid for 'other.example'."
)


@pytest.mark.parametrize(
    ("name", "reason"), [("news.example", "200 OK"), ("other.example", MISMATCH)]
)
def test_a_certificate_is_that_of_the_name(names, certificate, monkeypatch, name, reason):
    names[name] = [["127.0.0.1"]]
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(public_transport.ssl, "create_default_context", lambda: trusting)
    with serve_web(certificate) as web:
        port = web.root.rpartition(":")[2]
        assert ask(f"https://{name}:{port}/ok", "127.0.0.1").reason == reason
    assert web.server_names == {name}


def test_an_unknown_certificate_is_not_taken(names, certificate):
    names["news.example"] = [["127.0.0.1"]]
    with serve_web(certificate) as web:
        port = web.root.rpartition(":")[2]
        reason = ask(f"https://news.example:{port}/ok", "127.0.0.1").reason
    assert reason == "its certificate is not valid: self-signed certificate"


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", 443),
        ("http://[2606:4700:4700::abcd]/a", "2606:4700:4700::abcd", 80),
        ("http://[2606:4700:4700::1111]:8080/", "2606:4700:4700::1111", 8080),
    ],
)
def test_a_host_may_be_a_number_of_ipv6(calls, address, host, port):
    ask(address)
    assert calls == [(host, port)]

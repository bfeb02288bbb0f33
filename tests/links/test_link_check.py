"""Asking web addresses: what each kind of answer, and of none, is taken for; and who is not asked.

The web is a server on this machine; what may be visited is said by the test where it matters.
"""

import socket
from collections.abc import Iterator

import pytest

from apps.links import visiting as link_check
from apps.links.visiting import Answer, Turns, Visitor, ask_all, is_public
from tests.links.web import Web, served

LIMIT = 0.4
LONG = 30  # for what is not to end for want of time


@pytest.fixture
def web() -> Iterator[Web]:
    with served() as found:
        yield found


def visitor(limit: float = LONG) -> Visitor:
    """One that may visit this machine alone."""
    return Visitor(limit, Turns(0), lambda number: number in ("127.0.0.1", "::1"))


@pytest.mark.parametrize(
    ("path", "status", "reason", "fails"),
    [
        ("/ok", 200, "200 OK", False),
        ("/ok?a=b c#part", 404, "404 Not Found", True),  # this query is of no page of the web
        ("/missing", 404, "404 Not Found", True),
        ("/gone", 410, "410 Gone", True),
        ("/broken", 500, "500 Internal Server Error", True),
        ("/wall", 403, "403 Forbidden (to a program; there is something)", False),
        ("/often", 429, "429 Too Many Requests (to a program; there is something)", False),
        ("/no-head", 200, "200 OK", False),
        ("/head-hangs-up", 200, "200 OK", False),
        ("/head-is-wrong", 200, "200 OK", False),
        ("/huge", 200, "200 OK", False),
        ("/moved", 200, "200 OK, at {root}/ok", False),
        ("/circle", 302, "redirects in a circle, to {root}/circle", True),
        ("/self", 301, "redirects in a circle, to {root}/self", True),
        ("/far/0", 307, "more than 5 redirects, the last to {root}/far/6", True),
        ("/silent", 301, "301 Moved Permanently, and does not say where to", True),
        ("/home", None, "not asked: 10.0.0.1 is 10.0.0.1, no public address", True),
        ("/other-scheme", None, "not asked: ftp is neither http nor https", True),
        ("/file", None, "not asked: file is neither http nor https", True),
        ("/malformed", None, "not asked: it redirects to what is no web address", True),
        ("/noise", None, "no answer: BadStatusLine", True),
    ],
)
def test_what_an_answer_is_taken_for(web, path, status, reason, fails):
    expected = Answer(status, reason.replace("{root}", web.root), fails)
    assert visitor().ask(web(path)) == expected


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_who_does_not_answer_in_time_is_cut_off(web, path):
    answer = visitor(LIMIT).ask(web(path))
    assert answer == Answer(None, "no answer within 0.4 seconds", True)


def test_five_redirects_are_followed(web):
    visitor().ask(web("/far/0"))
    assert [path for _, path in web.asked] == [f"/far/{n}" for n in range(6)]


def test_head_is_asked_first_and_alone_if_it_will_do(web):
    visitor().ask(web("/ok"))
    visitor().ask(web("/no-head"))
    visitor().ask(web("/often"))
    asked = [("HEAD", "/ok"), ("HEAD", "/no-head"), ("GET", "/no-head"), ("HEAD", "/often")]
    assert web.asked == asked
    (agent,) = web.agents
    assert agent.startswith("caucasus-link-check/")


def test_an_endless_body_is_not_read(web):
    visitor().ask(web("/huge"))
    assert web.sent < 20_000_000  # what the machine's own buffers take; it goes on till it is full


def test_an_address_in_another_script_is_followed(web):
    page = f"{web.root}/%E1%83%A1%E1%83%98%E1%83%90%E1%83%AE%E1%83%9A%E1%83%94"
    assert visitor().ask(web("/georgian")) == Answer(200, f"200 OK, at {page}", False)
    assert visitor().ask(web("/სიახლე")).status == 200


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "it is no web address"),
        ("news", "it is no web address"),
        ("http://", "it is no web address"),
        ("http:///path", "it is no web address"),
        ("http://[::1", "it is no web address"),
        ("http://a b/", "it is no web address"),
        ("http://a\x00b/", "it is no web address"),
        ("http://a..b/", "it is no web address"),
        (f"http://{'a' * 70}.example/", "it is no web address"),
        ("http://news.example:99999/", "it is no web address"),
        ("http://news.example:port/", "it is no web address"),
        ("http://\ud800/", "it is no web address"),
        ("ftp://127.0.0.1/", "ftp is neither http nor https"),
        ("file:///etc/hosts", "file is neither http nor https"),
        ("javascript:alert(1)", "javascript is neither http nor https"),
    ],
)
def test_what_is_no_web_address_is_not_asked(address, reason):
    assert visitor().ask(address) == Answer(None, f"not asked: {reason}", True)


def test_an_unknown_name_and_a_closed_door_are_told_apart(monkeypatch):
    def unknown(*args, **named):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert visitor().ask(f"http://127.0.0.1:{port}/").reason == "no answer: Connection refused"
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    reason = "not asked: the name news.example is not found: Name or service not known"
    assert visitor().ask("http://news.example/").reason == reason


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
    assert is_public(number) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_is_not_asked_by_whatever_name(web, host):
    port = web.root.rpartition(":")[2]
    answer = Visitor(LONG, Turns(0)).ask(f"http://{host}:{port}/ok")
    assert answer.reason.startswith("not asked: ")
    assert web.asked == []


def test_a_name_with_one_private_number_is_not_asked(web, monkeypatch):
    port = int(web.root.rpartition(":")[2])
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (n, port)) for n in ("127.0.0.1", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    reason = "not asked: news.example is 10.0.0.1, no public address"
    assert visitor().ask(f"http://news.example:{port}/ok").reason == reason
    assert web.asked == []


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause_after_each(web, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(link_check, "sleep", pauses.append)
    one = Visitor(LONG, Turns(3), lambda number: True)
    pages = [web(f"/far/{n}") for n in range(9)]
    answers = dict(ask_all(pages, one))
    assert sorted(answers) == sorted(pages)
    assert web.most == 1
    assert pauses == [3] * len(web.asked)


def test_several_hosts_are_asked_at_once(web):
    port = web.root.rpartition(":")[2]
    pages = [f"http://127.0.0.1:{port}/meeting", f"http://localhost:{port}/meeting"]
    assert dict(ask_all(pages, visitor())) == dict.fromkeys(pages, Answer(200, "200 OK", False))


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", 443),
        ("http://[2606:4700:4700::abcd]/a", "2606:4700:4700::abcd", 80),
        ("http://[2606:4700:4700::1111]:8080/", "2606:4700:4700::1111", 8080),
    ],
)
def test_a_host_may_be_a_number_of_ipv6(monkeypatch, address, host, port):
    asked = []

    def connected(self, *where):
        asked.append(where)
        raise OSError("not today")

    monkeypatch.setattr(Visitor, "connected", connected)
    visitor().ask(address)
    assert asked[0] == (host, port)

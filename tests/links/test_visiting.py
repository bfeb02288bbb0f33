"""Asking web addresses: what each kind of answer, and of none, is taken for.

The web is a server on this machine; who may not be asked at all: test_public_addresses.py.
"""

import asyncio
import socket
from collections.abc import Collection, Iterator

import pytest

from apps.links import visiting
from apps.links.public_transport import PublicTransport
from apps.links.visiting import LinkAnswer, LinkVisitor, ask_addresses
from tests.links.web import Web, serve_web

LIMIT = 0.4
LONG = 30  # for what is not to end for want of time


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as served:
        yield served


def visitor(limit: float = LONG, pause: float = 0) -> LinkVisitor:
    """One that may visit this machine alone."""
    return LinkVisitor(limit, pause, PublicTransport(lambda number: number in ("127.0.0.1", "::1")))


def ask(address: str, limit: float = LONG) -> LinkAnswer:
    """What becomes of asking an address of this machine."""
    return asyncio.run(visitor(limit).ask(address))


def answers_of(addresses: Collection[str], by: LinkVisitor) -> dict[str, LinkAnswer]:
    """What becomes of asking all of them."""

    async def collect() -> dict[str, LinkAnswer]:
        return {address: answer async for address, answer in ask_addresses(addresses, by)}

    return asyncio.run(collect())


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
        ("/noise", None, "no answer: RemoteProtocolError", True),
    ],
)
def test_what_an_answer_is_taken_for(web, path, status, reason, fails):
    expected = LinkAnswer(status, reason.replace("{root}", web.root), fails)
    assert ask(web(path)) == expected


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_who_does_not_answer_in_time_is_cut_off(web, path):
    answer = ask(web(path), LIMIT)
    assert answer == LinkAnswer(None, "no answer within 0.4 seconds", True)


def test_five_redirects_are_followed(web):
    ask(web("/far/0"))
    assert [path for _, path in web.asked] == [f"/far/{n}" for n in range(6)]


def test_head_is_asked_first_and_alone_if_it_will_do(web):
    ask(web("/ok"))
    ask(web("/no-head"))
    ask(web("/often"))
    asked = [("HEAD", "/ok"), ("HEAD", "/no-head"), ("GET", "/no-head"), ("HEAD", "/often")]
    assert web.asked == asked
    (agent,) = web.agents
    assert agent.startswith("caucasus-link-check/")


def test_an_endless_body_is_not_read(web):
    ask(web("/huge"))
    assert web.sent < 20_000_000  # what the machine's own buffers take; it goes on till it is full


def test_an_address_in_another_script_is_followed(web):
    page = f"{web.root}/%E1%83%A1%E1%83%98%E1%83%90%E1%83%AE%E1%83%9A%E1%83%94"
    assert ask(web("/georgian")) == LinkAnswer(200, f"200 OK, at {page}", False)
    assert ask(web("/სიახლე")).status == 200


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
    assert ask(address) == LinkAnswer(None, f"not asked: {reason}", True)


def test_an_unknown_name_and_a_closed_door_are_told_apart(monkeypatch):
    def unknown(*args, **named):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/").reason == "no answer: Connection refused"
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    reason = "not asked: the name news.example is not found: Name or service not known"
    assert ask("http://news.example/").reason == reason


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause_after_each(web, monkeypatch):
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(visiting, "sleep", sleep)
    pages = [web(f"/far/{n}") for n in range(9)]
    answers = answers_of(pages, visitor(pause=3))
    assert sorted(answers) == sorted(pages)
    assert web.most == 1
    assert pauses == [3] * len(web.asked)


def test_several_hosts_are_asked_at_once(web):
    port = web.root.rpartition(":")[2]
    pages = [f"http://127.0.0.1:{port}/meeting", f"http://localhost:{port}/meeting"]
    assert answers_of(pages, visitor()) == dict.fromkeys(pages, LinkAnswer(200, "200 OK", False))


def test_a_fault_of_the_check_itself_is_not_hidden(monkeypatch):
    """It would be waited for in vain, or taken for an answer."""

    async def broken(self: LinkVisitor, address: str) -> LinkAnswer:
        raise ZeroDivisionError

    monkeypatch.setattr(LinkVisitor, "ask", broken)
    with pytest.raises(ZeroDivisionError):
        answers_of(["http://a.example/"], visitor())

"""A small web on this machine: a real server with pages that behave well, badly and worse."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event, Lock, Thread
from typing import Any

MEETING = 10  # seconds after which nobody else comes
REDIRECTS = {
    "/moved": (301, "/moved/again"),
    "/moved/again": (302, "/ok"),
    "/circle": (302, "/circle/back"),
    "/circle/back": (302, "/circle"),
    "/self": (301, "/self"),
    "/home": (302, "http://10.0.0.1/router"),
    "/other-scheme": (302, "ftp://127.0.0.1/ok"),
    "/file": (302, "file:///etc/hosts"),
    "/malformed": (302, "http://[nowhere"),
    "/silent": (301, None),
    "/georgian": (301, "/სიახლე"),
    **{f"/far/{n}": (307, f"/far/{n + 1}") for n in range(9)},
}
STATUSES = {
    "/ok": 200,
    "/missing": 404,
    "/gone": 410,
    "/broken": 500,
    "/wall": 403,
    "/often": 429,
    "/%E1%83%A1%E1%83%98%E1%83%90%E1%83%AE%E1%83%9A%E1%83%94": 200,
}


@dataclass
class Web:
    """The server's address, what was asked of it, and how many were inside at a time."""

    root: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)  # that it was asked for
    server_names: set[str] = field(default_factory=set)  # ... before TLS began
    sent: int = 0  # bytes of a body
    inside: int = 0
    most: int = 0
    lock: Any = field(default_factory=Lock)
    closing: Event = field(default_factory=Event)
    meeting: Barrier = field(default_factory=lambda: Barrier(2))

    def __call__(self, path: str) -> str:
        """The address of a page."""
        return f"{self.root}{path}"


class Page(BaseHTTPRequestHandler):
    """Answers as its path says."""

    web: Web

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:  # the other side has heard enough
            self.close_connection = True

    def do_HEAD(self) -> None:
        self.visit()

    def do_GET(self) -> None:
        self.visit()

    def visit(self) -> None:
        web = self.web
        with web.lock:
            web.asked.append((self.command, self.path))
            web.agents.add(self.headers["User-Agent"])
            web.hosts.add(self.headers["Host"])
            web.inside += 1
            web.most = max(web.most, web.inside)
        special = getattr(self, f"page_{self.path.strip('/').replace('-', '_')}", None)
        special() if special else self.answer_by_status()

    def answer_by_status(self) -> None:
        status, location = REDIRECTS.get(self.path, (STATUSES.get(self.path, 404), None))
        self.answer(status, location)

    def answer(self, status: int, location: str | None = None) -> None:
        with self.web.lock:  # before the other side can have heard, and asks again
            self.web.inside -= 1
        self.send_response(status)
        if location:
            self.send_header("Location", location.encode().decode("latin-1"))
        self.end_headers()

    def page_no_head(self) -> None:
        self.answer(405 if self.command == "HEAD" else 200)

    def page_head_hangs_up(self) -> None:
        if self.command == "GET":
            self.answer(200)
        self.close_connection = True

    def page_head_is_wrong(self) -> None:
        self.answer(404 if self.command == "HEAD" else 200)

    def page_slow(self) -> None:
        self.web.closing.wait()

    def page_drip(self) -> None:
        """A header that never ends, each piece of it well in time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not self.web.closing.wait(0.02):
            self.wfile.write(b".")

    def page_huge(self) -> None:
        """A body without an end."""
        self.answer(405 if self.command == "HEAD" else 200)
        while self.command == "GET" and not self.web.closing.is_set():
            self.web.sent += self.wfile.write(b"x" * 65_536)

    def page_meeting(self) -> None:
        """Well only if somebody else asks for it meanwhile."""
        try:
            self.web.meeting.wait(MEETING)
        except BrokenBarrierError:
            self.answer(500)
        else:
            self.answer(200)

    def page_noise(self) -> None:
        self.wfile.write(b"220 this is no web server\r\n")
        self.close_connection = True


def tls(web: Web, certificate: Path) -> ssl.SSLContext:
    """Encryption with a certificate; the web notes by which names it is called."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda sock, name, context: web.server_names.add(name)
    return context


@contextmanager
def serve_web(certificate: Path | None = None) -> Iterator[Web]:
    """A web of its own, until the end of the block; with a certificate, an encrypted one."""
    web = Web()
    page = type("PageOfWeb", (Page,), {"web": web})
    server = ThreadingHTTPServer(("127.0.0.1", 0), page)
    if certificate:
        server.socket = tls(web, certificate).wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    web.root = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()

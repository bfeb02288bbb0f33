"""Asking web addresses whether they still answer: briefly, politely, and public ones only.

A name is resolved anew for each request, and the connection goes to the very number that was
looked at, so that a name cannot point elsewhere in between. No body is ever read.
"""

import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, responses
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Event, Lock, Timer
from time import sleep
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri

REDIRECTS = 5
HOSTS_AT_ONCE = 8
NUMBERS = 3  # of one host, tried one after the other
LONGEST = 300  # characters of an address that are said
HEADERS = {
    "User-Agent": "caucasus-link-check/0.1"
    " (Caucasus and Central Asia: geopolitics as structured data)",
    "Accept": "*/*",
    "Connection": "close",
}
MOVED = (301, 302, 303, 307, 308)
# There is something, and it is shown to people: many sites answer programs so.
FOR_PEOPLE = (401, 402, 403, 407, 429, 451)
TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 numbers behind a gateway (RFC 6052)


class NotAskedError(Exception):
    """An address that is not asked, and why."""


@dataclass(frozen=True)
class Answer:
    """What became of asking: the last HTTP status, if there was one, and plain words."""

    status: int | None
    reason: str
    fails: bool


@dataclass(frozen=True)
class Target:
    """What a request goes to."""

    host: str
    port: int | None
    path: str
    is_secure: bool


@dataclass
class Turns:
    """One request at a time to a host, and a pause of so many seconds after each."""

    pause: float
    locks: dict[str, Lock] = field(default_factory=dict)

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        """Wait for the host to be free, and keep it."""
        with self.locks.setdefault(host, Lock()):
            try:
                yield
            finally:
                sleep(self.pause)


def is_public(number: str) -> bool:
    """Whether an IP number is one of the whole internet, also where it wraps another one."""
    found = ip_address(number)
    if isinstance(found, IPv6Address) and (inner := wrapped(found)):
        found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def wrapped(found: IPv6Address) -> IPv4Address | None:
    """The IPv4 number to which packets for this one may be sent on."""
    if found in TRANSLATED:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]


@dataclass
class Visitor:
    """Asks addresses; a request has `limit` seconds to connect and as many to be answered."""

    limit: float
    turns: Turns
    may_visit: Callable[[str], bool] = is_public
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def ask(self, address: str) -> Answer:
        """What an address answers; whatever goes wrong with it is an answer, too."""
        try:
            return self.follow(address)
        except NotAskedError as reason:
            return Answer(None, f"not asked: {reason}", True)
        except ssl.SSLCertVerificationError as error:
            return Answer(None, f"its certificate is not valid: {error.verify_message}", True)
        except TimeoutError:
            return Answer(None, f"no answer within {self.limit:g} seconds", True)
        except (OSError, HTTPException) as error:
            what = getattr(error, "strerror", None) or type(error).__name__
            return Answer(None, f"no answer: {what}", True)

    def follow(self, address: str) -> Answer:
        """The answer at the end of the redirects."""
        at, seen = address, {address}
        for _ in range(REDIRECTS + 1):
            status, location = self.knock(parsed(at))
            if status not in MOVED or not location:
                return said(status, f", at {shortened(at)}" if at != address else "")
            at = joined(at, location)
            if at in seen:
                return Answer(status, f"redirects in a circle, to {shortened(at)}", True)
            seen.add(at)
        last = shortened(at)
        return Answer(status, f"more than {REDIRECTS} redirects, the last to {last}", True)

    def knock(self, target: Target) -> tuple[int, str]:
        """Status and Location of HEAD; of GET where HEAD is not taken, or finds fault."""
        try:
            status, location = self.request("HEAD", target)
        except (HTTPException, ConnectionResetError):
            return self.request("GET", target)
        is_final = status < 400 or status == HTTPStatus.TOO_MANY_REQUESTS
        return (status, location) if is_final else self.request("GET", target)

    def request(self, method: str, target: Target) -> tuple[int, str]:
        """One request; of its answer, status and Location."""
        connection: Any  # of either kind, and with a socket that is ours
        with self.turns.at(target.host):
            host = f"[{target.host}]" if ":" in target.host else target.host  # a number of IPv6
            if target.is_secure:
                connection = HTTPSConnection(host, target.port, context=self.tls)
            else:
                connection = HTTPConnection(host, target.port)
            with closing(connection):
                sock = connection.sock = self.connected(target.host, connection.port)
                if target.is_secure:
                    sock = connection.sock = self.tls.wrap_socket(
                        sock, server_hostname=target.host, do_handshake_on_connect=False
                    )
                with cut_off(sock, self.limit):
                    connection.request(method, target.path, headers=HEADERS)
                    with closing(connection.getresponse()) as response:
                        return response.status, response.headers["Location"] or ""

    def connected(self, host: str, port: int) -> socket.socket:
        """A connection to a host, all of whose numbers may be visited."""
        numbers = resolved(host, port)
        for number in numbers:
            if not self.may_visit(number):
                raise NotAskedError(f"{host} is {number}, no public address")
        *first, last = numbers[:NUMBERS]
        for number in first:
            with suppress(OSError):
                return socket.create_connection((number, port), self.limit)
        return socket.create_connection((last, port), self.limit)


def said(status: int, where: str) -> Answer:
    """An answer that leads no further."""
    words = f"{status} {responses.get(status, '')}".strip()
    if status in MOVED:
        return Answer(status, f"{words}, and does not say where to{where}", True)
    if status in FOR_PEOPLE:
        return Answer(status, f"{words} (to a program; there is something){where}", False)
    return Answer(status, f"{words}{where}", status >= 400)


def parsed(address: str) -> Target:
    """An address, taken apart.

    Raises:
        NotAskedError: it is malformed, or of another scheme.
    """
    try:
        url = urlsplit(iri_to_uri(address))
        host = (urlsplit(address).hostname or "").encode("idna").decode()
        port = url.port
    except ValueError:
        host, url, port = "", urlsplit(""), None
    if url.scheme not in ("", "http", "https"):
        raise NotAskedError(f"{url.scheme} is neither http nor https")
    if not (host.isprintable() and host and url.scheme) or " " in host:
        raise NotAskedError("it is no web address")
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Target(host, port, path, url.scheme == "https")


def joined(at: str, location: str) -> str:
    """Where a redirect leads to."""
    with suppress(UnicodeError):  # headers are read as Latin-1, and many are UTF-8
        location = location.encode("latin-1").decode()
    try:
        return iri_to_uri(urljoin(at, location)) or ""
    except ValueError as error:
        raise NotAskedError("it redirects to what is no web address") from error


def shortened(address: str) -> str:
    """An address, of which a long one is cut."""
    return address if len(address) <= LONGEST else f"{address[:LONGEST]}…"


def resolved(host: str, port: int) -> list[str]:
    """The IP numbers of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NotAskedError(f"the name {host} is not found: {error.strerror}") from error
    return list(dict.fromkeys(str(numbers[0]) for *_, numbers in found))


@contextmanager
def cut_off(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End the talk on a socket after so long, however slowly the other side goes on.

    Raises:
        TimeoutError: it was ended.
    """
    late = Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            # Not the socket's own: that of TLS would go on in the clear.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError


def ask_all(addresses: Iterable[str], visitor: Visitor) -> Iterator[tuple[str, Answer]]:
    """Ask many addresses, several hosts at a time; what each answered, as the answers come."""
    by_host: dict[str, list[str]] = {}
    for address in addresses:
        by_host.setdefault(host_of(address), []).append(address)
    waiting = deque(by_host.values())
    asked: dict[Future[Answer], list[str]] = {}
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        while waiting or asked:
            while waiting and len(asked) < HOSTS_AT_ONCE:
                of_host = waiting.popleft()
                asked[pool.submit(visitor.ask, of_host[-1])] = of_host
            for answered in wait(asked, return_when=FIRST_COMPLETED).done:
                of_host = asked.pop(answered)
                yield of_host.pop(), answered.result()
                waiting.extend([of_host] if of_host else [])


def host_of(address: str) -> str:
    """The host of an address; nothing if it has none."""
    try:
        return parsed(address).host
    except NotAskedError:
        return ""

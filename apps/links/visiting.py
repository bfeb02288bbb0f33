"""Asking web addresses whether they still answer: briefly and politely. No body is ever read."""

import asyncio
import os
import ssl
from asyncio import sleep
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field

import httpx

from apps.links.public_transport import NotAskedError, PublicTransport

MAX_REDIRECTS = 5
HOSTS_AT_ONCE = 8
MAX_SHOWN_ADDRESS = 300  # characters of an address that are told
REQUEST_HEADERS = {
    "User-Agent": "caucasus-link-check/0.1"
    " (Caucasus and Central Asia: geopolitics as structured data)",
    "Accept": "*/*",
    "Connection": "close",
}
REDIRECT_STATUSES = (301, 302, 303, 307, 308)
# There is something, and it is shown to people: many sites answer programs so.
STATUSES_FOR_PEOPLE = (401, 402, 403, 407, 429, 451)


@dataclass(frozen=True)
class LinkAnswer:
    """What became of asking: the last HTTP status, if there was one, and plain words."""

    status: int | None
    reason: str
    fails: bool


@dataclass
class LinkVisitor:
    """Asks addresses: one request at a time to a host, and a pause of so many seconds after each.

    A request has `limit` seconds to connect and as many to be answered.
    """

    limit: float
    pause: float
    transport: httpx.AsyncBaseTransport = field(default_factory=PublicTransport)
    turns: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def ask(self, address: str) -> LinkAnswer:
        """What an address answers; whatever goes wrong with it is an answer, too."""
        try:
            return await self.follow_redirects(address)
        except NotAskedError as reason:
            return LinkAnswer(None, f"not asked: {reason}", True)
        except (httpx.TimeoutException, TimeoutError):
            return LinkAnswer(None, f"no answer within {self.limit:g} seconds", True)
        except (httpx.TransportError, OSError) as error:
            return LinkAnswer(None, failure_in_words(error), True)

    async def follow_redirects(self, address: str) -> LinkAnswer:
        """The answer at the end of the redirects."""
        url = parse_address(address)
        asked, where = {url}, ""
        for _ in range(MAX_REDIRECTS + 1):
            status, location = await self.request_status(url)
            if status not in REDIRECT_STATUSES or not location:
                return final_answer(status, where)
            url = parse_address(location, url)
            where = f", at {shorten_address(url)}"
            if url in asked:
                return LinkAnswer(status, f"redirects in a circle, to {shorten_address(url)}", True)
            asked.add(url)
        last = shorten_address(url)
        return LinkAnswer(status, f"more than {MAX_REDIRECTS} redirects, the last to {last}", True)

    async def request_status(self, url: httpx.URL) -> tuple[int, str]:
        """Status and Location of HEAD; of GET where HEAD is not taken, or finds fault."""
        try:
            status, location = await self.send_request("HEAD", url)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return await self.send_request("GET", url)
        is_final = status < 400 or status == httpx.codes.TOO_MANY_REQUESTS
        return (status, location) if is_final else await self.send_request("GET", url)

    async def send_request(self, method: str, url: httpx.URL) -> tuple[int, str]:
        """One request; of its answer, status and Location."""
        timeout = httpx.Timeout(self.limit).as_dict()  # of each step; a slow drip takes many
        request = httpx.Request(
            method, url, headers=REQUEST_HEADERS, extensions={"timeout": timeout}
        )
        async with self.turns[url.host]:
            try:
                async with asyncio.timeout(2 * self.limit):
                    response = await self.transport.handle_async_request(request)
                    await response.aclose()
            finally:
                await sleep(self.pause)
        return response.status_code, response.headers.get("Location", "")


def parse_address(address: str, base: httpx.URL | str = "") -> httpx.URL:
    """An address of the web; with a base, where a redirect from there leads to.

    Raises:
        NotAskedError: it is malformed, or of another scheme.
    """
    fault = "it redirects to what is no web address" if base else "it is no web address"
    try:
        url = httpx.URL(base).join(address)
        host = url.raw_host.decode().encode("idna")  # as looking it up would take it
    except (httpx.InvalidURL, ValueError) as error:
        raise NotAskedError(fault) from error
    if url.scheme not in ("", "http", "https"):
        raise NotAskedError(f"{url.scheme} is neither http nor https")
    if not (url.scheme and host) or b"%" in host or (url.port or 0) > 65_535:
        raise NotAskedError(fault)
    return url


def final_answer(status: int, where: str) -> LinkAnswer:
    """An answer that leads no further."""
    words = f"{status} {httpx.codes.get_reason_phrase(status)}".strip()
    if status in REDIRECT_STATUSES:
        return LinkAnswer(status, f"{words}, and does not say where to{where}", True)
    if status in STATUSES_FOR_PEOPLE:
        return LinkAnswer(status, f"{words} (to a program; there is something){where}", False)
    return LinkAnswer(status, f"{words}{where}", status >= 400)


def shorten_address(url: httpx.URL) -> str:
    """An address, of which a long one is cut."""
    address = str(url)
    return address if len(address) <= MAX_SHOWN_ADDRESS else f"{address[:MAX_SHOWN_ADDRESS]}…"


def failure_in_words(error: BaseException) -> str:
    """Why a request failed: the deepest cause that says so."""
    for cause in causes_of(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.errno:
            is_tls = isinstance(cause, ssl.SSLError)  # has numbers of its own
            return f"no answer: {cause.strerror if is_tls else os.strerror(cause.errno)}"
    return f"no answer: {type(error).__name__}"


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised from, one after the other."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


async def ask_addresses(
    addresses: Collection[str], visitor: LinkVisitor
) -> AsyncIterator[tuple[str, LinkAnswer]]:
    """Ask many addresses, several hosts at a time; what each answered, as the answers come."""
    queues: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    places = asyncio.Semaphore(HOSTS_AT_ONCE)

    async def ask(address: str) -> tuple[str, LinkAnswer]:
        host = "".join(address.split("/")[2:3])
        async with queues[host], places:  # whoever waits for its host takes no place
            return address, await visitor.ask(address)

    for answered in asyncio.as_completed([asyncio.ensure_future(ask(a)) for a in addresses]):
        yield await answered

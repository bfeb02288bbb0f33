"""Sending requests to the public internet alone, whatever a name or a redirect leads to."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

NUMBERS_TRIED = 3  # of one host, one after the other
DEFAULT_PORTS = {"http": 80, "https": 443}
TRANSLATED_NETWORK = IPv6Network("64:ff9b::/96")  # IPv4 numbers behind a gateway (RFC 6052)


class NotAskedError(Exception):
    """An address that is not asked, and why."""


def is_public_number(number: str) -> bool:
    """Whether an IP number is one of the whole internet, also where it wraps another one."""
    ip = ip_address(number)
    if isinstance(ip, IPv6Address) and (inner := wrapped_number(ip)):
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def wrapped_number(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 number to which packets for this one may be sent on."""
    if ip in TRANSLATED_NETWORK:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]


class PublicTransport(httpx.AsyncHTTPTransport):
    """Connects to the very number that was looked at; certificate and Host are the name's.

    The name is looked up once for each request, and no connection is kept for the next one, so
    that a name cannot point elsewhere between the look and the connection.

    Raises:
        NotAskedError: a number of the host may not be visited, or there is none.
    """

    def __init__(self, may_visit: Callable[[str], bool] = is_public_number) -> None:
        super().__init__(
            verify=ssl.create_default_context(),  # the machine's own authorities
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.may_visit = may_visit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first number of the host that takes the connection."""
        *first, last = (await self.checked_numbers(request.url))[:NUMBERS_TRIED]
        for number in first:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await super().handle_async_request(request_to(number, request))
        return await super().handle_async_request(request_to(last, request))

    async def checked_numbers(self, url: httpx.URL) -> list[str]:
        """The IP numbers of a host, all of which may be visited."""
        host = url.raw_host.decode()
        numbers = await resolve_host(host, url.port or DEFAULT_PORTS[url.scheme])
        for number in numbers:
            if not self.may_visit(number):
                raise NotAskedError(f"{host} is {number}, no public address")
        return numbers


async def resolve_host(host: str, port: int) -> list[str]:
    """The IP numbers of a host, each once."""
    loop = asyncio.get_running_loop()
    try:
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NotAskedError(f"the name {host} is not found: {error.strerror}") from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in infos))


def request_to(number: str, request: httpx.Request) -> httpx.Request:
    """The same request, sent to a number; its headers have the name already."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=number),
        headers=request.headers,
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode()},
    )

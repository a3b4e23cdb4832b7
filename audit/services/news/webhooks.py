"""Posts to webhooks, and to nothing inside: https only, public addresses only, no redirects, ten seconds in all.

The name is resolved once, every address is checked, and the connection goes to a checked address: a name server that
answers differently the second time changes nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 4.0
_READ_AT_MOST: Final = 300
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PORTS: Final = {"http": 80, "https": 443}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebhookRefusedError(ValueError):
    """The address is not one that Openbook posts to; the text says why and what would be right."""


class WebhookFailedError(RuntimeError):
    """The receiver did not take it. ``retry_after`` are the seconds it asked for; ``is_gone`` when it wants no more."""

    def __init__(self, message: str, *, retry_after: float = 0.0, is_gone: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_gone = is_gone


def check_url(url: str) -> tuple[str, int]:
    """The host and port of an address that may be posted to; raises ``WebhookRefusedError``.

    What a name resolves to is checked when it is posted to.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise WebhookRefusedError(f"{url} is not an address: {error}.") from error
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\"):
        raise WebhookRefusedError("The address holds spaces or signs that belong in no address; write it in ASCII.")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_ALLOWS_HTTP):
        raise WebhookRefusedError("The address has to begin with https://; OPENBOOK_WEBHOOK_HTTP allows http://.")
    if not parts.hostname:
        raise WebhookRefusedError("The address names no host; right would be https://host/path.")
    if parts.username is not None or parts.password is not None:
        raise WebhookRefusedError("The address holds a name or password; leave it out: the signature tells who posts.")
    try:
        check_address(ipaddress.ip_address(parts.hostname))
    except WebhookRefusedError:
        raise
    except ValueError:
        pass  # a name, not an address
    return parts.hostname, port


def check_address(address: Address) -> None:
    """Refuse what does not lie in the public internet and in no network that is allowed."""
    inner = _unwrap(address)
    if any(inner in network for network in _allowed() if network.version == inner.version):
        return
    if not inner.is_global or inner.is_multicast or inner.is_reserved:
        raise WebhookRefusedError(
            f"{address} is not a public address; if it is meant, name its network in OPENBOOK_WEBHOOK_NETWORKS."
        )


def _unwrap(address: Address) -> Address:
    """The IPv4 address inside of an IPv6 one, which would lead inside by another name."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _allowed() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(network) for network in settings.WEBHOOK_NETWORKS]


class _CheckedResolver(AbstractResolver):
    """Resolves a name and gives the addresses only if all of them may be posted to."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host; raises ``WebhookRefusedError`` for the first that lies inside."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results = []
        for kind, _, proto, _, place in found:
            check_address(ipaddress.ip_address(str(place[0]).partition("%")[0]))
            results.append(
                ResolveResult(
                    hostname=host, host=str(place[0]), port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held."""


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Post and give the status of success.

    Raises ``WebhookRefusedError`` for an address that is not posted to, ``WebhookFailedError`` for everything that
    may be better next time: no answer, an answer that is no success, a redirect.
    """
    check_url(url)
    try:
        return asyncio.run(_post(url, body, headers))
    except WebhookRefusedError:
        raise
    except TimeoutError as error:
        raise WebhookFailedError(f"No answer within {SECONDS:.0f} seconds.") from error
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error.__cause__, WebhookRefusedError):
            raise error.__cause__ from error
        raise WebhookFailedError(f"It could not be reached: {type(error).__name__}: {error}"[:500]) from error


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    timeout = aiohttp.ClientTimeout(total=SECONDS, connect=_CONNECT_SECONDS)
    connector = aiohttp.TCPConnector(resolver=_CheckedResolver(), use_dns_cache=False, force_close=True)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
        session.post(url, data=body, headers=dict(headers), allow_redirects=False) as answer,
    ):
        if 200 <= answer.status < 300:
            return answer.status
        text = (await answer.content.read(_READ_AT_MOST)).decode("utf-8", errors="replace")
        raise WebhookFailedError(
            f"It answered {answer.status}: {' '.join(text.split())}".rstrip(": "),
            retry_after=_read_seconds(answer.headers.get("Retry-After", "")),
            is_gone=answer.status == 410,
        )


def _read_seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0.0

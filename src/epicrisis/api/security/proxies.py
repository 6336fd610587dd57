"""Who is at the other end when a proxy stands between: what a trusted one says, and not a word of anybody else."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import TypeAlias

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.errors import InvalidSettings

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# RFC 6797; without includeSubDomains, for the neighbours of this host are not ours to decide about.
STRICT_TRANSPORT = "max-age=31536000"

# RFC 7239: `for=192.0.2.43;proto=https, for="[2001:db8::1]:4711"`.
_FOR = re.compile(r"(?:^|[;\s])for=(\"[^\"]*\"|[^;\s\"]+)", re.IGNORECASE)
_PROTO = re.compile(r"(?:^|[;\s])proto=\"?(\w+)", re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|([0-9.]+):\d{1,5}")


class Proxies:
    """ASGI middleware: ``scope["client"]`` becomes the client a trusted proxy speaks for.

    That is the right-most address the trusted proxies did not add themselves: whatever stands further left, anybody may
    have written. What cannot be read leaves the proxy itself as the client, so nobody slips out of a limit this way.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the client it comes from."""
        peer = _address((scope.get("client") or ("",))[0])
        if scope["type"] != "http" or peer is None or not self._trusts(peer):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["client"] = (str(self._client(headers, peer)), 0)
        await self.app(scope, receive, _strict(send) if _came_encrypted(headers) else send)

    def _client(self, headers: Headers, peer: Address) -> Address:
        told = [_hops_x_forwarded(headers), _hops_forwarded(headers)]
        # A proxy writes one of the two and may pass on the other as the client sent it: they agree, or neither counts.
        found = {self._outermost(hops, peer) for hops in told if hops}
        return found.pop() if len(found) == 1 else peer

    def _outermost(self, hops: Sequence[str], peer: Address) -> Address:
        outermost = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                return peer
            outermost = address
            if not self._trusts(address):
                break
        return outermost

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Return the addresses and networks of the setting ``trusted_proxies``.

    Raises:
        InvalidSettings: one of them is neither, or is everybody.
    """
    found = []
    for number, each in enumerate(written, 1):
        try:
            network = ipaddress.ip_network(each.strip(), strict=False)
        except ValueError:
            raise InvalidSettings(
                f"EPICRISIS_TRUSTED_PROXIES: entry {number} is no address or network such as 10.0.0.0/8."
            ) from None
        if network.prefixlen == 0:
            raise InvalidSettings(
                f"EPICRISIS_TRUSTED_PROXIES: entry {number} trusts everybody; name the addresses of your proxies."
            )
        found.append(network)
    return tuple(found)


def _hops_x_forwarded(headers: Headers) -> list[str]:
    return [hop for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]


def _hops_forwarded(headers: Headers) -> list[str]:
    hops = [hop for line in headers.getlist("forwarded") for hop in line.split(",")]
    return [found.group(1).strip('"') if (found := _FOR.search(hop)) else "" for hop in hops]


def _came_encrypted(headers: Headers) -> bool:
    """Return whether the proxy nearest to us took the request over TLS."""
    said = headers.getlist("x-forwarded-proto")
    if said:
        return said[-1].rpartition(",")[2].strip().lower() == "https"
    nearest = (headers.getlist("forwarded") or [""])[-1].rpartition(",")[2]
    found = _PROTO.search(nearest)
    return found is not None and found.group(1).lower() == "https"


def _strict(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Strict-Transport-Security"] = STRICT_TRANSPORT
        await send(message)

    return dressed


def _address(written: str) -> Address | None:
    """Return the address ``written`` stands for, with or without its port, or ``None``."""
    written = written.strip()
    with_port = _WITH_PORT.fullmatch(written)
    try:
        address = ipaddress.ip_address((with_port.group(1) or with_port.group(2)) if with_port else written)
    except ValueError:
        return None
    # A socket that listens on both families sees IPv4 as ::ffff:192.0.2.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address

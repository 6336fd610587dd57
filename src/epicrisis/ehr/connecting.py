"""Connects to an EHR at an address that was looked at, and not to whatever its name means a moment later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from socket import SOCK_STREAM
from typing import TypeAlias

import anyio
from httpcore2 import (
    SOCKET_OPTION,
    AnyIOBackend,
    AsyncNetworkBackend,
    AsyncNetworkStream,
    ConnectError,
    ConnectTimeout,
)

from epicrisis.ehr.addresses import Network, may_connect

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]


class ForbiddenAddress(ConnectError):
    """The name of an EHR means no address that may be asked."""


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of ``host``, in the order in which they are to be tried."""
    found = await anyio.getaddrinfo(host.strip("[]"), port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class PinnedBackend(AsyncNetworkBackend):
    """Resolves a name once for each connection and connects to what it looked at; TLS still asks for the name.

    So a name server that changes its mind in between (DNS rebinding) changes nothing.
    """

    def __init__(self, networks: Sequence[Network], *, secure: bool, resolve: Resolve = resolved) -> None:
        self._networks = networks
        self._secure = secure
        self._resolve = resolve
        self._lines = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Return a connection to the first address of ``host`` that may be asked and answers."""
        try:
            with anyio.fail_after(timeout):
                return await self._connected(host, port, local_address, socket_options)
        except TimeoutError:
            raise ConnectTimeout from None

    async def _connected(
        self, host: str, port: int, local_address: str | None, socket_options: Iterable[SOCKET_OPTION] | None
    ) -> AsyncNetworkStream:
        try:
            found = await self._resolve(host, port)
        except OSError:
            raise ConnectError from None
        allowed = [each for each in found if may_connect(each, self._networks, secure=self._secure)]
        if not allowed:
            raise ForbiddenAddress
        for address in allowed[:-1]:
            try:
                return await self._lines.connect_tcp(
                    address, port, local_address=local_address, socket_options=socket_options
                )
            except ConnectError:
                continue
        return await self._lines.connect_tcp(
            allowed[-1], port, local_address=local_address, socket_options=socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)

"""The connections to one server: a request goes out, and its answer comes back within limits, or a trouble does.

httpcore2, on which httpx2 is built, is used as it is: it follows no redirect, looks for no proxy in the environment and
keeps no cookie, and connects by a backend of our own (``connecting``).
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from epicrisis.ehr.addresses import Base, Network
from epicrisis.ehr.troubles import Trouble, Why
from epicrisis.ehr.unpacking import whole
from epicrisis.errors import InvalidSettings, MissingDependency

_CONNECT_SECONDS = 3.0
# What of a refusal is read: an OperationOutcome says why in a few lines.
_REFUSAL_BYTES = 65_536
_UNREAD = b"?"
_CONNECTIONS = 64
_IDLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; the body of a redirect is empty, and that of a refusal that says too much is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def http_library() -> ModuleType:
    """Return httpcore2, which comes with httpx2.

    Raises:
        MissingDependency: it is not installed.
    """
    try:
        import httpcore2
    except ImportError as error:
        raise MissingDependency("To ask an EHR takes httpx2; run: pip install 'epicrisis[client]'") from error
    return httpcore2


class Line:
    """The way to one server, over connections that are kept for the next request.

    Raises:
        MissingDependency: httpx2 is not installed.
        InvalidSettings: ``ca_file`` holds no certificates.
    """

    def __init__(self, base: Base, networks: Sequence[Network] = (), *, ca_file: Path | None = None) -> None:
        self.base = base
        self._library = http_library()
        from epicrisis.ehr.connecting import PinnedBackend

        self._lines = self._library.AsyncConnectionPool(
            ssl_context=_trust(ca_file) if base.is_secure else None,
            max_connections=_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=PinnedBackend(networks, secure=base.is_secure),
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._lines.aclose()

    async def ask(
        self,
        target: str,
        headers: Mapping[str, str],
        *,
        most: int,
        silence: float,
        method: str = "GET",
        content: bytes | None = None,
    ) -> Reply:
        """Return what the server answers; ``silence`` is how long it may say nothing, ``most`` how much it may say.

        Raises:
            Trouble: it does not answer, breaks off, or says more.
        """
        library = self._library
        url = library.URL(
            scheme=self.base.scheme, host=self.base.host.strip("[]"), port=self.base.port, target=target.encode()
        )
        limits = {"connect": min(_CONNECT_SECONDS, silence), "read": silence, "write": silence, "pool": silence}
        try:
            async with self._lines.stream(
                method, url, headers=self._heads(headers, content), content=content, extensions={"timeout": limits}
            ) as response:
                return await _reply(response, most=most)
        except (library.UnsupportedProtocol, library.PoolTimeout):
            # The second is our own doing: more is asked than there are connections for.
            raise Trouble(Why.DOWN) from None
        except library.TimeoutException:
            raise Trouble(Why.DOWN, counts=True) from None
        except (library.NetworkError, library.ProtocolError):
            raise Trouble(Why.DOWN, again=True, counts=True) from None

    def _heads(self, headers: Mapping[str, str], content: bytes | None) -> list[tuple[str, str]]:
        told = {
            "Host": self.base.origin.partition("://")[2],
            "User-Agent": "epicrisis",
            "Accept-Encoding": "gzip",
            **headers,
        }
        return [*told.items(), *([] if content is None else [("Content-Length", str(len(content)))])]


async def _reply(response: Any, *, most: int) -> Reply:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    status: int = response.status
    if 300 <= status < 400:
        # Its body is not looked at, and neither is where it points.
        return Reply(status, headers, b"")
    pieces: AsyncIterable[bytes] = response.aiter_stream()
    encoding = headers.get("content-encoding", "")
    if status < 300:
        return Reply(status, headers, await whole(pieces, encoding, most=most))
    try:
        return Reply(status, headers, await whole(pieces, encoding, most=min(most, _REFUSAL_BYTES)))
    except Trouble:
        return Reply(status, headers, _UNREAD)


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return what certificates have to be signed by: whom this machine trusts, or those in ``ca_file`` alone."""
    import httpcore2

    if ca_file is None:
        return httpcore2.default_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise InvalidSettings("`ca_file` of an EHR is no file of certificates in PEM.") from error

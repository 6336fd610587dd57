"""Puts the sample server on a socket."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from epicrisis.ehr.sample.spoiling import TRANSPORT
from epicrisis.errors import InvalidSettings


class Socketed(HttpToolsProtocol):
    """uvicorn's protocol; it tells the application over which connection a request came, so that it can be reset."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; port 0 takes a free one.

    Raises:
        InvalidSettings: the address is not of this machine, or the port is taken.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InvalidSettings(f"Cannot listen on {host} port {port} ({error.strerror}); choose others.") from error


def server_of(app: ASGIApp) -> uvicorn.Server:
    """Return what serves ``app``; it stops at once, for nobody loses anything here."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Socketed,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=0,
        )
    )

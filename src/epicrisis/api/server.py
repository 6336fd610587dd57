"""Runs the application on a socket, with limits uvicorn leaves open."""

from __future__ import annotations

import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI

from epicrisis import assembly
from epicrisis.api.app import create_app
from epicrisis.api.wire import Wire
from epicrisis.errors import InvalidSettings
from epicrisis.settings import Settings
from epicrisis.telemetry import logs

GRACE_SECONDS = 30


def serve(settings: Settings) -> None:
    """Serve until a signal says stop, then finish what was accepted, for ``GRACE_SECONDS`` at most.

    Raises:
        EpicrisisError: the settings or the engines cannot be used, or the port is taken; nothing was served.
    """
    logs.configure(settings.log_level)
    log = logs.get_logger()
    app = create_app(assembly.load(settings), settings)
    # uvicorn drains on SIGTERM and then raises it again; a stop that was asked for is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening(settings.host, settings.port) as listener:
        log.info("serving", host=settings.host, port=listener.getsockname()[1])
        try:
            uvicorn.Server(configuration(app)).run(sockets=[listener])
        finally:
            log.info("stopped")


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; port 0 takes a free one.

    Raises:
        InvalidSettings: the address is not of this machine, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InvalidSettings(
            f"Cannot listen on {host} port {port} ({error.strerror}); set EPICRISIS_HOST and EPICRISIS_PORT to others."
        ) from error


def configuration(app: FastAPI) -> uvicorn.Config:
    """Return how uvicorn shall serve ``app``: over ``Wire``, saying nothing but through our own log."""
    return uvicorn.Config(
        app,
        http=Wire,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

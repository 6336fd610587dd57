"""Runs the application on a socket, with limits uvicorn leaves open."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Mapping

import uvicorn
from fastapi import FastAPI

from epicrisis import assembly
from epicrisis.api.app import create_app
from epicrisis.api.draining import DrainingServer
from epicrisis.api.security.exposure import refuse_exposure
from epicrisis.api.wire import Wire
from epicrisis.errors import InvalidSettings
from epicrisis.settings import Settings
from epicrisis.telemetry import logs

# Connections that may wait to be accepted; the kernel caps it (net.core.somaxconn).
BACKLOG = 2048
# uvloop takes one connection from each listener in a turn of its loop, and in a busy hour a turn takes long: of two
# hundred clients that came at once, some were not heard for 3 s. Twins of the listener are all taken from in one turn.
LISTENERS = 16
# Longer than the 60 s for which common load balancers keep a connection: whoever closes first must not be us, or a
# request may already be on its way to a closed door.
KEEP_ALIVE_SECONDS = 75
# How long a thread may compute while another one waits for the interpreter. The event loop asks for it several times a
# request: at Python's 5 ms, an engine that computes in Python made a refusal wait its turn for 10 ms and more, and a
# hundred of them a second for ever. A switch costs microseconds.
SWITCH_SECONDS = 0.0005


def loaded(settings: Settings) -> FastAPI:
    """Return the application ``settings`` describe, with its engines loaded; logs as they say from here on.

    Raises:
        EpicrisisError: the settings or the engines cannot be used, or the server would be open to a network.
    """
    logs.configure(settings.log_level)
    refuse_exposure(settings)
    return create_app(assembly.serving(settings), settings)


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve ``app`` until a signal says stop, then finish what was accepted, within ``settings.drain_seconds``.

    Raises:
        InvalidSettings: it cannot listen where it is told to.
    """
    log = logs.get_logger()
    for name in unread({"MODEL_NAME": settings.encoder_name, "MAX_SEQUENCE_LENGTH": settings.encoder_length}):
        log.warning("setting not read", kind=name)
    _leave_no_core()
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is there now stays; a collection that looks through all of it holds up whoever asks just then.
    gc.collect()
    gc.freeze()
    # uvicorn drains on a signal and then raises it again; a stop that was asked for is no failure.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    server = DrainingServer(configuration(app), readiness=app.state.readiness, drain_seconds=settings.drain_seconds)
    with listening(settings.host, settings.port) as listener:
        log.info("serving", host=settings.host, port=listener.getsockname()[1])
        try:
            server.run(sockets=[listener, *(listener.dup() for _ in range(LISTENERS - 1))])
        finally:
            log.info("stopped")


def _leave_no_core() -> None:
    # The memory of a server that dies holds notes it was reading: whatever the shell says, it does not go to the disk.
    try:
        import resource
    except ImportError:  # Windows keeps no such files
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; port 0 takes a free one.

    Raises:
        InvalidSettings: the address is not of this machine, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise InvalidSettings(
            f"Cannot listen on {host} port {port} ({error.strerror}); set EPICRISIS_HOST and EPICRISIS_PORT to others."
        ) from error
    # Connections inherit it. asyncio does not set it on sockets it has not made, and an answer in two writes then waits
    # 40 ms for the client to acknowledge the first (Nagle's algorithm against delayed acknowledgements).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def configuration(app: FastAPI) -> uvicorn.Config:
    """Return how uvicorn shall serve ``app``: over ``Wire``, on uvloop where it is installed, logging as we do."""
    return uvicorn.Config(
        app,
        loop="auto",
        http=Wire,
        ws="none",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        # `api.security.proxies` knows whom to believe; uvicorn believes whatever comes from this machine.
        proxy_headers=False,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def unread(settings: Mapping[str, str]) -> list[str]:
    """Return which settings of contract D that nothing here reads are set."""
    return [name for name in ("MODEL_NAME", "MAX_SEQUENCE_LENGTH") if settings.get(name)]

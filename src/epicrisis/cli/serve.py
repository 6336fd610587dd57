"""``epicrisis serve``: the HTTP server."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from epicrisis.cli.options import Engine, settings_with


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for a free one.", show_default="8080")] = None,
    engine: Engine = None,
) -> None:
    """Serve the HTTP API and its page until Ctrl-C or SIGTERM."""
    settings = settings_with(engine, host=host, port=port)
    with _without_collector():
        # Imported here, so that the other verbs do not wait for the server.
        from epicrisis.api import server

        app = server.loaded(settings)
    server.serve(app, settings)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leave the garbage collector out: while everything is made nothing is garbage, and looking takes a tenth longer.

    What was made then stays to the end. Later it is not looked through again, for tens of milliseconds each time.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()

"""``epicrisis serve``: the HTTP server."""

from __future__ import annotations

from typing import Annotated

import typer

from epicrisis.cli.options import Engine, settings_with


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for a free one.", show_default="8080")] = None,
    engine: Engine = None,
) -> None:
    """Serve the HTTP API and its page until Ctrl-C or SIGTERM."""
    # Imported here, so that the other verbs do not wait for the server.
    from epicrisis.api import server

    server.serve(settings_with(engine, host=host, port=port))

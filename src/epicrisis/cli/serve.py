"""``epicrisis serve``: the HTTP server."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli import allocator
from epicrisis.cli.options import Engine, settings_with

if TYPE_CHECKING:
    from epicrisis.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for a free one.", show_default="8080")] = None,
    engine: Engine = None,
) -> None:
    """Serve the HTTP API and its page until Ctrl-C or SIGTERM."""
    allocator.keep_little()
    settings = settings_with(engine, host=host, port=port)
    with _without_collector():
        # Compiling graphs leaves the interpreter free for the imports below.
        Thread(target=_build_reader, args=(settings,), daemon=True).start()
        # Imported here, so that the other verbs do not wait for the server.
        with models_built_on_need():
            import fastapi.openapi.models  # noqa: F401
        from epicrisis.api import server

        app = server.loaded(settings)
    server.serve(app, settings)


def _build_reader(settings: Settings) -> None:
    """Begin to build the English reader; whoever asks for it next gets this one, or hears why there is none."""
    from epicrisis.engines import registry
    from epicrisis.errors import EpicrisisError

    if "en" in settings.loaded_at_start:
        with suppress(EpicrisisError):
            registry.note_reader(settings.reader)


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


@contextmanager
def models_built_on_need() -> Iterator[None]:
    """Let what is imported meanwhile build its pydantic models when they are first used.

    FastAPI has sixty that describe OpenAPI: whoever asks for `/openapi.json` needs them, and a start need not wait.
    """
    from pydantic import BaseModel

    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        del BaseModel.model_config["defer_build"]

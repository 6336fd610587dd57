"""``epicrisis fhir``: a small FHIR server to try things with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from epicrisis.ehr.sample.smart import SmartServer
from epicrisis.ehr.sample.weather import Trouble, Weather
from epicrisis.errors import InvalidSettings

app = typer.Typer(help="Serve sample patients over FHIR, to try summaries with.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of the verb, although there is one only."""


@app.command("serve-sample")
def serve_sample(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Bundles to serve, *.json or *.json.gz; two invented patients where not given.",
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for a free one.")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    trouble: Annotated[
        Trouble | None,
        typer.Option(metavar="KIND", help=f"What shall be wrong: {', '.join(Trouble)}.", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--on", metavar="TYPE", help="What it is wrong with, such as Observation or $everything; all of it."
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0, help="How late each answer comes with --trouble slow.")] = 2.0,
    page_size: Annotated[int, typer.Option(min=1, help="The most resources in one answer.")] = 50,
    jwks: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Public keys of the one client that is let in, by SMART Backend Services; anybody where not given.",
        ),
    ] = None,
    client: Annotated[str, typer.Option(metavar="ID", help="Who that client is.")] = "epicrisis",
) -> None:
    """Serve sample patients over FHIR R4 until Ctrl-C, in good health or with --trouble."""
    from epicrisis.ehr.sample.app import PATH, sample_app
    from epicrisis.ehr.sample.serving import listening, server_of
    from epicrisis.ehr.sample.shelf import SHIPPED, Shelf

    weather = Weather(trouble, frozenset(only or ()), seconds)
    shelf = Shelf(folder or SHIPPED)
    served = sample_app(shelf, weather, smart=_smart(jwks, client), page_size=page_size)
    with listening(host, port) as listener:
        address = f"[{host}]" if ":" in host else host
        typer.echo(f"http://{address}:{listener.getsockname()[1]}{PATH}")
        typer.echo(f"{len(shelf.patients)} patients: {', '.join(shelf.patients[:5])}", err=True)
        server_of(served).run(sockets=[listener])


def _smart(jwks: Path | None, client: str) -> SmartServer | None:
    if jwks is None:
        return None
    try:
        return SmartServer(json.loads(jwks.read_bytes()), client=client)
    except ValueError:
        raise InvalidSettings("--jwks names no JSON.") from None

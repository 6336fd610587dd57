"""``epicrisis version``."""

from __future__ import annotations

import typer

from epicrisis import __version__


def version() -> None:
    """Show the version."""
    typer.echo(f"epicrisis {__version__}")

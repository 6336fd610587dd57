from __future__ import annotations

from epicrisis import __version__
from tests.unit.cli.shell import run


def test_shows_the_version() -> None:
    assert run("version").stdout == f"epicrisis {__version__}\n"

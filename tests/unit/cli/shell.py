"""Runs ``epicrisis`` as a person would: in this process, or as a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from typer.testing import CliRunner, Result

from epicrisis.cli.main import app

COMMAND = [sys.executable, "-m", "epicrisis"]

# The engine that needs no weights, so that these tests are about the command and not about the model.
RULES = ["--engine", "rules"]


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="epicrisis")


def piped(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a program, with ``stdin`` piped in."""
    return subprocess.run(
        [*COMMAND, *arguments], input=stdin, capture_output=True, timeout=60, check=False, env=environment
    )


def rows(output: str | bytes) -> list[dict[str, Any]]:
    """Return the rows of ``output``."""
    return [json.loads(line) for line in output.splitlines()]

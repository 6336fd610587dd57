"""``python -m epicrisis`` is the ``epicrisis`` command."""

from __future__ import annotations

from epicrisis.cli.main import app

app(prog_name="epicrisis")

"""``python -m epicrisis_lab`` is ``epicrisis-lab``."""

from __future__ import annotations

from epicrisis_lab.cli import app

app(prog_name="epicrisis-lab")

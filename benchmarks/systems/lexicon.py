"""The terms of our lexicon, for systems that look words up. Standard library only, as ``worker``."""

from __future__ import annotations

import tomllib
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "epicrisis" / "engines" / "entities" / "terms" / "en.toml"


def terms() -> list[tuple[str, str]]:
    """Return every term with its label, such as ``("aspirin", "MEDICATION")``."""
    tables = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return [(term, label) for label, listed in tables["terms"].items() for term in listed]

"""Which of the installed engines read a language."""

from __future__ import annotations

from epicrisis.engines.registry import Group, card, installed


def reading(group: Group, language: str) -> list[str]:
    """Return the names of the engines of ``group`` that read ``language``."""
    return [name for name in installed(group) if language in card(group, name).languages]

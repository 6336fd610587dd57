"""The codes of a drug that name its ingredients: those of a combination are all of them right."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.domain.records import Code, CodeSystem


def ingredients_of(codes: Iterable[Code]) -> tuple[Code, ...]:
    """Return those of ``codes`` that name an ingredient; other systems name the whole, and the first is likeliest."""
    return tuple(code for code in codes if code.system == CodeSystem.DRUGBANK)

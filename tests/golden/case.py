"""A golden case: a marked sentence, and the engines that are known to get it wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """A marked sentence, and why an engine is expected to fail on it."""

    sentence: str
    weaknesses: Mapping[str, str] = field(default_factory=dict)


def weak(sentence: str, **reasons: str) -> Case:
    """Return a case that the engines named in ``reasons`` do not read yet; the day one does, the suite says so."""
    return Case(sentence, reasons)

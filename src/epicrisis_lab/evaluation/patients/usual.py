"""What is usual, as this check sees it: beyond one range all call a result abnormal, within another nobody does."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_OPEN = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Usual:
    """The ranges of one test in one unit; an open end is not a number, and compares as false with everything."""

    unit: str
    narrow: tuple[float, float]
    wide: tuple[float, float]

    def surely(self, value: float) -> str:
        """Return ``low`` or ``high`` where everybody would say so, and nothing else."""
        return "low" if value < self.wide[0] else "high" if value > self.wide[1] else ""

    def maybe(self, value: float) -> str:
        """Return ``low`` or ``high`` where somebody might say so."""
        return "low" if value < self.narrow[0] else "high" if value > self.narrow[1] else ""


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = tomllib.loads(
        files(__package__).joinpath("usual.toml").read_text(encoding="utf-8")
    )["ranges"]
    return table


def usual(loinc: str, unit: str, sex: str) -> Usual | None:
    """Return what is usual of the test ``loinc`` in ``unit`` for an adult of ``sex`` ("F" or "M")."""
    row = _table().get(loinc)
    if row is None or (unit and row["unit"] != unit):
        return None
    ends = {**row, **row.get(sex, {})}
    return Usual(row["unit"], tuple(ends.get("in", _OPEN)), tuple(ends.get("out", _OPEN)))

"""Which codes are the same on another side: what the linker needs to say the side a note names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from epicrisis.engines.codes.icd10cm.sides import SIDES

if TYPE_CHECKING:
    from epicrisis_lab.codes.icd10cm import Entry

_WORD = re.compile(r"[a-z0-9]+")
# What the description of one side says and that of another may leave out.
_OF_A_SIDE = frozenset(
    {*SIDES, "and", "dominant", "in", "nondominant", "of", "s", "side", "the", "unilateral", "unspecified"}
)
_CATEGORY = 3


def sides(listed: Sequence[Entry]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Return, for each code, the number of the same where no side is told, and the numbers of the same on each side.

    A code that has no such fellow is its own where no side is told; -1 stands where none is of a side.
    """
    whole = list(range(len(listed)))
    sided = [[-1] * len(SIDES) for _ in listed]
    for fellows in _fellows(listed):
        by_side = _by_side(fellows, listed)
        untold = [number for number in by_side.pop(None, []) if "unspecified" in _words(listed[number])]
        for number in untold:
            for side, numbers in by_side.items():
                # Right is the dominant side and left the other where a note says no more (guidelines of 2026, I.C.6.a).
                sided[number][SIDES.index(side)] = numbers[0] if side == SIDES[0] else numbers[-1]
        for number in chain.from_iterable(by_side.values()) if untold else ():
            whole[number] = untold[0]
    return whole, [tuple(each) for each in sided]


def _fellows(listed: Sequence[Entry]) -> Iterator[list[int]]:
    """Yield the numbers of the codes of one category that say the same, but for the side."""
    alike: dict[tuple[str, frozenset[str]], list[int]] = {}
    for number, entry in enumerate(listed):
        alike.setdefault((entry.code[:_CATEGORY], _words(entry) - _OF_A_SIDE), []).append(number)
    yield from alike.values()


def _by_side(numbers: Sequence[int], listed: Sequence[Entry]) -> dict[str | None, list[int]]:
    found: dict[str | None, list[int]] = {}
    for number in numbers:
        told = [side for side in SIDES if side in _words(listed[number])]
        found.setdefault(told[0] if len(told) == 1 else None, []).append(number)
    return found


def _words(entry: Entry) -> frozenset[str]:
    return frozenset(_WORD.findall(entry.display.casefold()))

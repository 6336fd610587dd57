"""Which codes are the same on another side: what the linker needs to say the side a note names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from epicrisis.engines.codes.icd10cm.index import SIDES

if TYPE_CHECKING:
    from epicrisis_lab.codes.icd10cm import Entry

_WORD = re.compile(r"[a-z0-9]+")
# What the description of one side says and that of another may leave out.
_OF_A_SIDE = frozenset({*SIDES, "unspecified", "unilateral", "side", "and", "of", "in", "the", "not", "specified", "s"})
_CATEGORY = 3


def sides(listed: Sequence[Entry]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Return, for each code, the number of the same where no side is told, and the numbers of the same on each side.

    A code that has no such fellow is its own where no side is told; -1 stands where none is of a side.
    """
    whole = list(range(len(listed)))
    sided = [[-1] * len(SIDES) for _ in listed]
    for _, numbers in groupby(range(len(listed)), lambda number: listed[number].code[:_CATEGORY]):
        alike: dict[tuple[str, frozenset[str]], list[int]] = {}
        for number in numbers:
            said = _words(listed[number])
            alike.setdefault((listed[number].code[-1:] if len(listed[number].code) > 7 else "", said - _OF_A_SIDE), []).append(number)
        for fellows in alike.values():
            _join(fellows, listed, whole, sided)
    return whole, [tuple(each) for each in sided]


def _join(fellows: Sequence[int], listed: Sequence[Entry], whole: list[int], sided: list[list[int]]) -> None:
    by_side: dict[str | None, list[int]] = {}
    for number in fellows:
        told = [side for side in SIDES if side in _words(listed[number])]
        by_side.setdefault(told[0] if len(told) == 1 else None, []).append(number)
    open_ones = [number for number in by_side.get(None, []) if "unspecified" in _words(listed[number])]
    for side, numbers in by_side.items():
        if side is None or not open_ones:
            continue
        for number in numbers:
            whole[number] = open_ones[0]
        for number in open_ones:
            sided[number][SIDES.index(side)] = numbers[0]


def _words(entry: Entry) -> frozenset[str]:
    return frozenset(_WORD.findall(entry.display.casefold()))

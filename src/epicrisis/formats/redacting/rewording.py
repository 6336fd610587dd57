"""How a text was reworded: which stretches became what, so that everything around them stays as it was.

The two texts are walked side by side; where they part, the nearest place is taken at which two words in a row, or a
line end, agree again. That is less than a minimal diff and linear in the text, which a minimal diff is not. Nothing
depends on the choice but the looks of the file: the pieces joined always give the new text, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# How many tokens, on both sides together, are looked at for the place where the texts agree again.
_REACH = 400
_LINE_ENDS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Edit:
    """The stretch ``[start, end)`` of the old text became ``text``."""

    start: int
    end: int
    text: str


def edits(before: str, after: str) -> list[Edit]:
    """Return what made ``after`` of ``before``, in the order of the text."""
    if before == after:
        return []
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[Edit] = []
    i = j = place = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            place += len(old[i])
            i, j = i + 1, j + 1
            continue
        to_i, to_j = _agreeing(old, i, new, j)
        end = place + sum(map(len, old[i:to_i]))
        found.append(Edit(place, end, "".join(new[j:to_j])))
        i, j, place = to_i, to_j, end
    return found


def _agreeing(old: list[str], i: int, new: list[str], j: int) -> tuple[int, int]:
    """Return the nearest place after ``i`` and ``j`` where the texts agree again, or the end of both."""
    for distance in range(1, min(_REACH, len(old) - i + len(new) - j) + 1):
        for step in range(max(0, distance - (len(new) - j)), min(distance, len(old) - i) + 1):
            mine, theirs = old[i + step : i + step + 2], new[j + distance - step : j + distance - step + 2]
            if mine and theirs and (mine == theirs or (mine[0] == theirs[0] and not _LINE_ENDS.isdisjoint(mine[0]))):
                return i + step, j + distance - step
    return len(old), len(new)


def spread(pieces: Sequence[str], after: str) -> list[str]:
    """Return ``pieces``, reworded so that joined they are ``after``; a new word stands in the piece where it begins."""
    before = "".join(pieces)
    ends: list[int] = []
    for piece in pieces:
        ends.append((ends[-1] if ends else 0) + len(piece))
    reworded: list[list[str]] = [[] for _ in pieces]
    at = place = 0

    def keep_until(end: int) -> None:
        nonlocal at, place
        while place < end:
            while ends[at] <= place:
                at += 1
            stop = min(end, ends[at])
            reworded[at].append(before[place:stop])
            place = stop

    for edit in edits(before, after):
        keep_until(edit.start)
        if edit.start < edit.end:
            while at < len(ends) - 1 and ends[at] <= place:
                at += 1
        reworded[at].append(edit.text)
        place = edit.end
    keep_until(len(before))
    return ["".join(parts) for parts in reworded]


def spread_between(pieces: Sequence[str], fixed: Sequence[bool], after: str) -> list[str]:
    """Return ``pieces`` as ``spread`` does, where the ``fixed`` ones (tabs, line breaks) stay what they are.

    A new word that would stand in a fixed piece stands at the end of the free piece before it, or else of the next one.
    """
    reworded = spread(pieces, after)
    free = [at for at, held in enumerate(fixed) if not held]
    if not free:
        return list(pieces)
    before = free[0]
    for at, (piece, held) in enumerate(zip(pieces, fixed, strict=True)):
        if not held:
            before = at
            continue
        word, reworded[at] = reworded[at].strip(), piece
        if word and word != piece.strip():
            reworded[before] += word
    return reworded

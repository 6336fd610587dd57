"""Seals anew what is kept, with the key that writes now: after a key was added, or where nothing was sealed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.errors import BrokenSeal
from epicrisis.services.seals import Place, SealedColumn, Seals, key_of, opened_text, sealed_text

_PAGE = 500
# A server that still writes with the old key adds rows while this runs; so many times what is left is gone through.
_PASSES = 5


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew, which could not be opened, and how many were still of another key at the end."""

    renewed: int = 0
    broken: tuple[Place, ...] = ()
    left: int = 0


class Reseal:
    """Goes through columns row by row: begun again it goes on where it was, and whoever writes meanwhile goes first."""

    def __init__(self, columns: Sequence[SealedColumn], seals: Seals) -> None:
        self.columns = columns
        self.seals = seals

    async def __call__(self) -> Resealed:
        """Seal every row that is clear, or of another key than the one that writes.

        Raises:
            StorageError: the rows cannot be read or written; those done stay done.
        """
        renewed = 0
        for _ in range(_PASSES):
            done = [await self._through(column) for column in self.columns]
            renewed += sum(each.renewed for each in done)
            if not any(each.renewed or each.left for each in done):
                break
        broken = tuple(place for each in done for place in each.broken)
        return Resealed(renewed, broken, sum(each.left for each in done))

    async def _through(self, column: SealedColumn) -> Resealed:
        """Go through ``column`` once; ``left`` are the rows somebody else wrote to in between."""
        renewed, left, after = 0, 0, ""
        broken: list[Place] = []
        while rows := await column.page(after=after, limit=_PAGE):
            after = rows[-1][0]
            for row, kept in rows:
                if key_of(kept) == self.seals.writes_with:
                    continue
                place = Place(column.table, column.column, row)
                try:
                    anew = sealed_text(self.seals, opened_text(self.seals, kept, place), place)
                except BrokenSeal:
                    broken.append(place)
                    continue
                swapped = await column.swap(row, kept, anew)
                renewed, left = renewed + swapped, left + (not swapped)
        return Resealed(renewed, tuple(broken), left)

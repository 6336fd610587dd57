"""Seals anew what is kept, with the key that writes now: after a key was added, or where nothing was sealed before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from epicrisis.errors import BrokenSeal
from epicrisis.services.seals import Place, SealedColumn, Seals
from epicrisis.services.spooling import Drains

_PAGE = 500
# A server that still writes with the old key adds rows while this runs; so many times what is left is gone through.
_PASSES = 5
# A server that brings home what is aside has it for as long as this at most, where its database answers.
_AWHILE = 0.5


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew, which could not be opened, and how many were still of another key at the end.

    ``aside``: there are records that wait, sealed with whatever key wrote them, for their place in the database.
    """

    renewed: int = 0
    broken: tuple[Place, ...] = ()
    left: int = 0
    aside: bool = False


class Reseal:
    """Goes through columns row by row: begun again it goes on where it was, and whoever writes meanwhile goes first."""

    def __init__(self, columns: Sequence[SealedColumn[Any]], seals: Seals, *, aside: Sequence[Drains] = ()) -> None:
        """Take ``columns``, and what is kept ``aside`` of logs whose rows are not sealed: it is brought home."""
        self.columns = columns
        self.seals = seals
        self.aside = aside

    async def __call__(self) -> Resealed:
        """Seal every row that is clear, or of another key than the one that writes.

        Raises:
            StorageError: the rows cannot be read or written; those done stay done.
            BrokenSeal: what is aside does not open.
        """
        renewed = 0
        for _ in range(_PASSES):
            done = [await self._through(column) for column in self.columns]
            renewed += sum(each.renewed for each in done)
            if not any(each.renewed or each.left for each in done):
                break
        broken = tuple(place for each in done for place in each.broken)
        return Resealed(renewed, broken, sum(each.left for each in done), await self._still_aside())

    async def _still_aside(self) -> bool:
        for _ in range(_PASSES):
            for each in self.aside:
                await each.drain()
            if not any(each.pending for each in self.aside):
                return False
            await asyncio.sleep(_AWHILE)
        return True

    async def _through(self, column: SealedColumn[Any]) -> Resealed:
        """Go through ``column`` once; ``left`` are the rows somebody else wrote to in between."""
        renewed, left, after = 0, 0, ""
        broken: list[Place] = []
        while rows := await column.page(after=after, limit=_PAGE):
            after = rows[-1][0]
            for row, kept in rows:
                if column.form.key_of(kept) == self.seals.writes_with:
                    continue
                place = Place(column.table, column.column, row)
                try:
                    anew = column.form.renewed(self.seals, kept, place)
                except BrokenSeal:
                    broken.append(place)
                    continue
                swapped = await column.swap(row, kept, anew)
                renewed, left = renewed + swapped, left + (not swapped)
        return Resealed(renewed, tuple(broken), left)

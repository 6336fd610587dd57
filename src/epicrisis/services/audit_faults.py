"""Finds the first row of the audit log that is not as it was written, and says what was done to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from epicrisis.services.audit_chain import BEGINNING, AuditHead, AuditRow, Chain

_PAGE = 1000
# Before every number a row can have, so that one slipped in before the first is seen too.
_BEFORE_ALL = -(2**62)


class Tampering(StrEnum):
    """What was done to the log."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    HEAD = "head changed"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row at fault, what was done, and how one can tell."""

    number: int
    what: Tampering
    why: str

    def __str__(self) -> str:
        return f"row {self.number}: {self.what.value}: {self.why}"


class Reads(Protocol):
    """The part of a store that is read here."""

    async def rows(self, *, after: int = 0, limit: int = _PAGE) -> Sequence[AuditRow]:
        """Return up to ``limit`` rows after ``after``."""
        ...

    async def head(self) -> AuditHead | None:
        """Return the head."""
        ...


async def first_fault(store: Reads, chain: Chain, *, after: int = 0, noted: AuditHead | None = None) -> Fault | None:
    """Return the first fault of the log in ``store``, or ``None``; rows that are written meanwhile do no harm."""
    # The head before the rows: a row written in between is then one more, and never one that is missing.
    head = await store.head()
    number, link = after, await _link_of(store, after)
    if link is None:
        return Fault(after, Tampering.TRUNCATED, "there is no such row to begin behind.")
    async for row in _each(store, after or _BEFORE_ALL):
        number += 1
        if row.number > number:
            return Fault(number, Tampering.DELETED, f"the next row there is has number {row.number}.")
        if row.number < number:
            return Fault(row.number, Tampering.INSERTED, "no row of the log has this number.")
        # Whoever begins behind a row may do so because the secret was changed there.
        begun_anew = number == after + 1 > 1 and chain.holds(row, number, chain.break_after(after))
        if not begun_anew and not chain.holds(row, number, link):
            return await _named(store, chain, head, row, link)
        link = row.link
        if noted is not None and number == noted.count and link != noted.link:
            return Fault(number, Tampering.EDITED, "another row stood here when the head was noted.")
    return await _end(store, chain, head, number, link, noted)


async def _named(store: Reads, chain: Chain, head: AuditHead | None, row: AuditRow, link: bytes) -> Fault:
    """Return what was done to ``row``, the first that does not hold after ``link``."""
    number = row.number
    if chain.holds(row, number, chain.break_after(number - 1)):
        return Fault(number, Tampering.HEAD, "the head, or the secret, was changed before this row was written.")
    place, rows, follows = None, number, False
    async for later in _each(store, number):
        rows += 1
        # The row that belongs here would hold here, wherever it stands now.
        if place is None and chain.holds(later, number, link):
            place = later.number
        if later.number == number + 1:
            follows = chain.holds(later, number + 1, row.link)
    count = head.count if head is not None and chain.vouches(head) else None
    if place is not None:
        moved = f"the row that belongs here is number {place}."
        more = count is None or rows > count
        return Fault(number, Tampering.INSERTED if more else Tampering.REORDERED, moved)
    if follows or (head is not None and count == number and head.link == row.link):
        return Fault(number, Tampering.EDITED, "it says something else than what was linked.")
    if count is not None and rows < count:
        return Fault(number, Tampering.DELETED, f"{count - rows} fewer rows than were written, and others moved up.")
    if count is not None and rows > count:
        return Fault(number, Tampering.INSERTED, f"{rows - count} more rows than were written.")
    return Fault(number, Tampering.EDITED, "it was not written by this log, or the secret of the installation changed.")


async def _end(
    store: Reads, chain: Chain, head: AuditHead | None, number: int, link: bytes, noted: AuditHead | None
) -> Fault | None:
    """Return what is wrong with the end of a log whose ``number`` rows hold, the last of them with ``link``."""
    following = number + 1
    if head is None:
        # Somebody may just have begun it.
        head = await store.head()
        if head is None and number:
            return Fault(following, Tampering.HEAD, "the log has rows and no head.")
    if head is not None and not chain.vouches(head):
        return Fault(following, Tampering.HEAD, "the seal of the head does not hold.")
    count = 0 if head is None else head.count
    if number < count:
        return Fault(following, Tampering.TRUNCATED, f"{count} rows were written.")
    if noted is not None and number < noted.count:
        return Fault(following, Tampering.TRUNCATED, f"there were {noted.count} rows when the head was noted.")
    if number > count:
        head = await store.head()
        if head is None or head.count < number or not chain.vouches(head):
            return Fault(count + 1, Tampering.HEAD, "an older head was put back.")
    elif head is not None and head.link != link:
        return Fault(number, Tampering.EDITED, "the head names another link.")
    return None


async def _each(store: Reads, after: int) -> AsyncIterator[AuditRow]:
    while page := await store.rows(after=after, limit=_PAGE):
        for row in page:
            yield row
        after = page[-1].number


async def _link_of(store: Reads, number: int) -> bytes | None:
    if number <= 0:
        return BEGINNING
    rows = await store.rows(after=number - 1, limit=1)
    return rows[0].link if rows and rows[0].number == number else None

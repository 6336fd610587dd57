"""Requests that may be sent again, told to every server by Redis; each server keeps its own as well.

So a Redis that is away, or was emptied, makes each server answer for itself and nothing worse.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from epicrisis.services.idempotency import KEPT_ANSWERS, Claim, ClaimStore
from epicrisis.services.seals import BYTES
from epicrisis.storage.redis_link import RedisLink

PREFIX = "epicrisis:request:"

# Scripts run alone in Redis, so nobody comes between the look and the claim.
_CLAIM = """
local kept = redis.call('HMGET', KEYS[1], 'fingerprint', 'by', 'until', 'answer')
if kept[3] and tonumber(kept[3]) > tonumber(ARGV[1]) then
    return {1, kept[1], kept[2], kept[3], kept[4]}
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[2], 'by', ARGV[3], 'until', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {0}
"""
# A Redis that was emptied meanwhile is told anew.
_FINISH = """
local by = redis.call('HGET', KEYS[1], 'by')
if by and by ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'by', ARGV[2], 'until', ARGV[3], 'answer', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
return 1
"""
_RELEASE = """
if redis.call('HGET', KEYS[1], 'by') ~= ARGV[1] then return 0 end
if redis.call('HEXISTS', KEYS[1], 'answer') == 1 then return 0 end
return redis.call('DEL', KEYS[1])
"""
# A new request may have taken the place of the one that was read.
_SWAP = """
if redis.call('HGET', KEYS[1], 'answer') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'answer', ARGV[2])
return 1
"""
_LOOKED_AT_ONCE = 1_000


class RedisClaims:
    """Claims of several servers in the Redis behind ``link``, and those of this server in ``here`` too."""

    def __init__(self, link: RedisLink, here: ClaimStore) -> None:
        self.link = link
        self.here = here

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        """Keep ``claim``, unless one that is kept here or in Redis holds after ``now``: then return that one."""
        kept = await self.here.claim(mark, claim, now=now)
        if kept is not None:
            return kept
        asked = (now, claim.fingerprint, claim.by, claim.until, _milliseconds(claim.until - now))
        found = await self.link.ask(self._run, _CLAIM, mark, *asked)
        if found is None or not found[0]:
            return None
        # Another server has it; that it does is kept in one place.
        await self.here.release(mark, claim.by)
        _, fingerprint, by, until, answer = found
        return Claim(fingerprint, by.decode(), float(until), answer)

    async def finish(self, mark: str, claim: Claim) -> bool:
        """Put ``claim`` in the place of what the same attempt claimed; return whether that was still there."""
        if not await self.here.finish(mark, claim):
            return False
        told = (claim.fingerprint, claim.by, claim.until, claim.answer or b"", _milliseconds(claim.until))
        # Where Redis is away, this server has it, and others do not.
        return await self.link.ask(self._run, _FINISH, mark, *told) != 0

    async def release(self, mark: str, by: str) -> None:
        """Forget what the attempt ``by`` claimed and has not finished."""
        await self.here.release(mark, by)
        await self.link.ask(self._run, _RELEASE, mark, by)

    async def _run(self, script: str, mark: str, *given: Any) -> Any:
        return await self.link.client.eval(script, 1, PREFIX + mark, *given)


class RedisColumn:
    """Fits ``SealedColumn``: the answers in the Redis behind ``link``; connections are closed after the last page."""

    table, column = KEPT_ANSWERS
    form = BYTES

    def __init__(self, link: RedisLink) -> None:
        self.link = link
        self._marks: list[str] = []

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
        """Return up to ``limit`` answers whose marks come after ``after``, in their order."""
        if not after:
            self._marks = await self.link.need(self._all_marks)
        rows: list[tuple[str, bytes]] = []
        at = bisect_right(self._marks, after)
        # Requests that are being done have no answer yet, and a page without a row would be the last.
        while not rows and at < len(self._marks):
            marks = self._marks[at : at + limit]
            kept = await self.link.need(self._answers, marks)
            rows = [(mark, answer) for mark, answer in zip(marks, kept, strict=True) if answer is not None]
            at += len(marks)
        if not rows:
            await self.link.close()
        return rows

    async def swap(self, row: str, before: bytes, now: bytes) -> bool:
        """Put ``now`` in the place of ``before``, for as long as that was to be kept."""
        swapped: int = await self.link.need(self._swapped, row, before, now)
        return swapped == 1

    async def _all_marks(self) -> list[str]:
        names = self.link.client.scan_iter(match=f"{PREFIX}*", count=_LOOKED_AT_ONCE)
        return sorted({name.decode().removeprefix(PREFIX) async for name in names})

    async def _answers(self, marks: Sequence[str]) -> list[bytes | None]:
        asked = self.link.client.pipeline(transaction=False)
        for mark in marks:
            asked.hget(PREFIX + mark, "answer")
        answers: list[bytes | None] = await asked.execute()
        return answers

    async def _swapped(self, mark: str, before: bytes, now: bytes) -> int:
        swapped: int = await self.link.client.eval(_SWAP, 1, PREFIX + mark, before, now)
        return swapped


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))

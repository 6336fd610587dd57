"""Requests that may be sent again: one that carries a key is done once, and answered alike as often as it comes.

As in draft-ietf-httpapi-idempotency-key-header. What is kept of a request is hashed under a key of our own: neither the
key a client chose nor what it sent can be guessed from it. The answer is kept sealed, and for a day.
"""

from __future__ import annotations

import hmac
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import msgspec

from epicrisis.errors import KeyReused, StillRunning, StorageError
from epicrisis.services.access import Principal, told_apart
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.derived import derived
from epicrisis.services.key_records import Secret
from epicrisis.services.seals import Place, Seals

ACTION = "replay"

DAY_SECONDS = 86_400.0
# A request whose server was killed holds its key so long beyond the time a request has, and no longer.
MARGIN_SECONDS = 60.0
# A longer answer, a large file for one, is not kept: its request is done again.
MOST_ANSWER_BYTES = 1_000_000

# The table and the column an answer is sealed for, in whatever store.
KEPT_ANSWERS = ("idempotency", "answer")

_PURPOSE = "epicrisis idempotency"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is kept under the mark of a key: of which request, who does it, until when, and its answer when it is done.

    ``by`` names the one attempt that holds the key; times are in seconds since 1970.
    """

    fingerprint: bytes
    by: str
    until: float
    answer: bytes | None = field(default=None, repr=False)


class ClaimStore(Protocol):
    """Keeps claims; every method raises ``StorageError`` where it cannot."""

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        """Keep ``claim`` under ``mark``, unless one that is kept there holds after ``now``: then return that one.

        Of many who do so at the same moment, one finds nothing there.
        """
        ...

    async def finish(self, mark: str, claim: Claim) -> bool:
        """Put ``claim`` in the place of what the same attempt claimed; return whether that was still there."""
        ...

    async def release(self, mark: str, by: str) -> None:
        """Forget what the attempt ``by`` claimed and has not finished."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time a request with a key is sent: ``mark`` is the key and whose it is, hashed."""

    mark: str
    claim: Claim
    who: Principal
    route: str
    request_id: str


class Answer(msgspec.Struct, frozen=True):
    """What was answered: the status, the headers of the route, and the body; ``request_id`` is of the first time."""

    request_id: str
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Idempotency:
    """Says of a request with a key whether it is to be done, and keeps what it was answered."""

    def __init__(
        self,
        store: ClaimStore,
        secret: Secret,
        *,
        seals: Seals | None,
        audit: Audit,
        lasts: float = DAY_SECONDS,
        runs: float = MARGIN_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Keep answers in ``store`` for ``lasts`` seconds; an attempt that is heard of no more counts for ``runs``."""
        self.store = store
        self.secret = secret
        self.seals = seals
        self.audit = audit
        self.lasts = lasts
        self.runs = runs
        self.now = now
        self._key: bytes | None = None

    def attempt(
        self, who: Principal, key: str, *, sent: bytes, route: str, request_id: str, client: str = ""
    ) -> Attempt:
        """Return the attempt at what ``who`` asks under ``key``; ``sent`` is a digest of all that was sent.

        Whoever said nothing about themselves is told from others by ``client``, where they ask from.

        Raises:
            StorageError: there is no secret to hash with, and none can be made.
        """
        # Each part behind its length: no owner and key read like another's.
        parts = [part.encode() for part in (*told_apart(who, client), key)]
        mark = self._hashed(b"mark", *(len(part).to_bytes(4, "big") + part for part in parts)).hex()
        claim = Claim(self._hashed(b"sent", sent), uuid.uuid4().hex, self.now() + self.runs)
        return Attempt(mark, claim, who, route, request_id)

    async def begin(self, attempt: Attempt) -> Answer | None:
        """Return what was answered before, once it is recorded that it is told again; ``None``: it is to be done.

        Raises:
            KeyReused: the key was sent with another request.
            StillRunning: the request is being done.
            StorageError: this cannot be told, or not recorded.
        """
        kept = await self.store.claim(attempt.mark, attempt.claim, now=self.now())
        if kept is None:
            return None
        if not hmac.compare_digest(kept.fingerprint, attempt.claim.fingerprint):
            raise KeyReused
        if kept.answer is None:
            raise StillRunning
        answer = self._opened(attempt.mark, kept.answer)
        asker = Asker.of(attempt.who, attempt.route, attempt.request_id)
        await self.audit.record(self.audit.entry(asker, ACTION, subject=answer.request_id))
        return answer

    async def finish(self, attempt: Attempt, answer: Answer) -> bool:
        """Keep ``answer`` for whoever sends the request again; return whether it could be kept.

        Raises:
            StorageError: it cannot be kept; the attempt holds its key for a while yet.
        """
        if len(answer.body) > MOST_ANSWER_BYTES:
            await self.release(attempt)
            return False
        packed = msgspec.msgpack.encode(answer)
        if self.seals is not None:
            packed = self.seals.seal(packed, _place(attempt.mark))
        done = replace(attempt.claim, answer=packed, until=self.now() + self.lasts)
        return await self.store.finish(attempt.mark, done)

    async def release(self, attempt: Attempt) -> None:
        """Forget ``attempt``: it came to nothing that could be told again, so the next one is done.

        Raises:
            StorageError: it could not be forgotten, and holds the key for a while yet.
        """
        await self.store.release(attempt.mark, attempt.claim.by)

    def _opened(self, mark: str, kept: bytes) -> Answer:
        packed = kept if self.seals is None else self.seals.open(kept, _place(mark))
        try:
            return msgspec.msgpack.decode(packed, type=Answer)
        except msgspec.DecodeError as error:
            raise StorageError("A kept answer was written by another epicrisis.") from error

    def _hashed(self, use: bytes, *parts: bytes) -> bytes:
        if self._key is None:
            self._key = derived(self.secret.ensured(), _PURPOSE)
        return hmac.digest(self._key, b"".join((use, b"\0", *parts)), "sha256")


def _place(mark: str) -> Place:
    return Place(*KEPT_ANSWERS, mark)

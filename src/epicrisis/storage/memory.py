"""The twins in memory of what keeps things: for tests, and for whoever wants nothing kept."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from epicrisis.errors import StorageError
from epicrisis.services.audit_chain import AuditHead, AuditRow, Grown
from epicrisis.services.experiment_table import KeptExperiment
from epicrisis.services.experiments import Capability
from epicrisis.services.feedback import Opinion, Verdict
from epicrisis.services.idempotency import Claim
from epicrisis.services.key_records import ApiKey
from epicrisis.services.redaction_log import RedactionRecord


class MemoryKeys:
    """API keys as long as the process lives."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    async def add(self, key: ApiKey) -> None:
        """Keep ``key``, whose id is new."""
        if key.id in self._keys:
            raise StorageError(f"There is a key {key.id} already.")
        self._keys[key.id] = key

    async def find(self, key_id: str) -> ApiKey | None:
        """Return the key of that id, or ``None``."""
        return self._keys.get(key_id)

    async def all(self) -> list[ApiKey]:
        """Return every key, the oldest first."""
        return sorted(self._keys.values(), key=lambda key: (key.created_at, key.id))

    async def rotate(
        self, key_id: str, *, digest: bytes, made_with: str, expires_at: datetime | None, previous_until: datetime
    ) -> bool:
        """Put ``digest`` in the place of the one kept, unless the key was revoked."""
        key = self._keys.get(key_id)
        if key is None or key.revoked_at is not None:
            return False
        self._keys[key_id] = replace(
            key,
            digest=digest,
            made_with=made_with,
            expires_at=expires_at,
            previous_digest=key.digest,
            previous_until=previous_until,
        )
        return True

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Note that the key was revoked."""
        key = self._keys.get(key_id)
        if key is not None and key.revoked_at is None:
            self._keys[key_id] = replace(key, revoked_at=at)

    async def use(self, key_id: str, at: datetime) -> None:
        """Note when the key was last used."""
        key = self._keys.get(key_id)
        if key is not None:
            self._keys[key_id] = replace(key, used_at=at)


class MemorySecret:
    """A secret that goes with the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def known(self) -> bytes:
        """Return the secret."""
        return self._secret

    def ensured(self) -> bytes:
        """Return the secret."""
        return self._secret


class MemoryFeedback:
    """Opinions as long as the process lives."""

    def __init__(self) -> None:
        self._opinions: dict[str, Opinion] = {}

    async def keep(self, opinion: Opinion) -> Opinion | None:
        """Keep ``opinion`` in the place of the one with its id, and return that one; what was known stays known."""
        before = self._opinions.get(opinion.id)
        known = opinion.known or (before is not None and before.known)
        self._opinions[opinion.id] = replace(opinion, known=known)
        return before

    async def totals(self) -> Counter[Verdict]:
        """Return how many of the opinions about known answers say so."""
        return Counter(opinion.verdict for opinion in self._opinions.values() if opinion.known)


class MemoryExperiments:
    """Experiments as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[Capability, KeptExperiment] = {}

    async def all(self) -> dict[Capability, KeptExperiment]:
        """Return what is kept for each capability."""
        return dict(self._kept)

    async def put(self, capability: Capability, kept: KeptExperiment) -> None:
        """Keep ``kept`` in the place of what was."""
        self._kept[capability] = kept


class MemoryAudit:
    """The audit log as long as the process lives."""

    def __init__(self) -> None:
        self._rows: dict[int, AuditRow] = {}
        self._head: AuditHead | None = None

    async def append(self, grow: Callable[[AuditHead | None], Grown]) -> AuditRow:
        """Keep the row and the head that ``grow`` makes of the head kept."""
        # Nobody else has a turn in between: there is nothing to wait for.
        row, head = grow(self._head)
        if row.number in self._rows:
            raise StorageError(f"The audit log has a row {row.number} already; run `epicrisis audit verify`.")
        self._rows[row.number], self._head = row, head
        return row

    async def rows(self, *, after: int = 0, limit: int = 1000) -> Sequence[AuditRow]:
        """Return up to ``limit`` rows whose numbers come after ``after``, in their order."""
        if after + 1 in self._rows:
            # As it nearly always is: numbers follow each other.
            following = range(after + 1, after + 1 + limit)
            return [self._rows[number] for number in following if number in self._rows]
        return [self._rows[number] for number in sorted(self._rows) if number > after][:limit]

    async def head(self) -> AuditHead | None:
        """Return the head, or ``None`` where nothing was ever recorded."""
        return self._head


class MemoryRedactionLog:
    """Records of redactions as long as the process lives."""

    def __init__(self) -> None:
        self._records: dict[str, RedactionRecord] = {}

    async def keep(self, record: RedactionRecord) -> None:
        """Keep ``record``; one whose id is kept already stays as it is."""
        self._records.setdefault(record.id, record)

    async def latest(self, *, limit: int = 100) -> list[RedactionRecord]:
        """Return the records kept last, the newest first."""
        return list(self._records.values())[::-1][:limit]


# An answer that falls out is not told again: its request would be done a second time.
MOST_CLAIMS = 50_000
MOST_ANSWER_BYTES = 64_000_000


class MemoryClaims:
    """Requests and their answers as long as the process lives, the oldest answers forgotten where they are too many."""

    def __init__(self) -> None:
        self._claims: dict[str, Claim] = {}
        self._bytes = 0

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        """Keep ``claim``, unless one that is kept there holds after ``now``: then return that one."""
        kept = self._claims.get(mark)
        if kept is not None and kept.until > now:
            return kept
        self._put(mark, claim)
        self._forget(now)
        return None

    async def finish(self, mark: str, claim: Claim) -> bool:
        """Put ``claim`` in the place of what the same attempt claimed; return whether that was still there."""
        kept = self._claims.get(mark)
        if kept is None or kept.by != claim.by:
            return False
        self._put(mark, claim)
        return True

    async def release(self, mark: str, by: str) -> None:
        """Forget what the attempt ``by`` claimed and has not finished."""
        kept = self._claims.get(mark)
        if kept is not None and kept.by == by and kept.answer is None:
            self._drop(mark)

    def _put(self, mark: str, claim: Claim) -> None:
        self._drop(mark)
        self._claims[mark] = claim
        self._bytes += len(claim.answer or b"")

    def _drop(self, mark: str) -> None:
        gone = self._claims.pop(mark, None)
        self._bytes -= len(gone.answer or b"") if gone is not None else 0

    def _forget(self, now: float) -> None:
        # The one that was put there longest ago stands first. What is being done is never forgotten while it holds.
        gone, left, size = list[str](), len(self._claims), self._bytes
        for mark, kept in self._claims.items():
            if kept.until > now and left <= MOST_CLAIMS and size <= MOST_ANSWER_BYTES:
                break
            if kept.until <= now or kept.answer is not None:
                gone.append(mark)
                left, size = left - 1, size - len(kept.answer or b"")
        for mark in gone:
            self._drop(mark)

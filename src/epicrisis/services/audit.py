"""The audit log: who did what, when, through which route and for which purpose; counts and names, never a value.

Nothing in it is ever changed, and whoever changes it all the same is found out: see ``audit_chain``.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from epicrisis.errors import EpicrisisError, InvalidInput, InvalidSettings, StorageError
from epicrisis.services.asking import Asker
from epicrisis.services.audit_chain import AuditHead, AuditRow, Chain, Grown
from epicrisis.services.audit_faults import Fault, first_fault
from epicrisis.services.key_records import Secret

# The same rule as for logs: an identifier has no spaces, so no phrase of a note fits in by mistake.
_IDENTIFIER = re.compile(r"[\w.:+/{}@,*-]{0,100}", re.ASCII)
_MOST_WHO = 400
# Of the year 9999, after which no calendar here goes on.
_LAST_SECOND = 253_402_300_800
PAGE = 1000

DONE = "done"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened once; the document is named by its mark (``Audit.mark``) and never by what stands in it.

    ``who`` is the id of the API key where there is one, or else the name of the principal; ``subject`` is the id of
    what else it was done to, a key for one; ``outcome`` is ``done`` or the code of the error.
    """

    at: float
    who: str
    action: str
    route: str = ""
    purpose: str = ""
    engine: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    document: str = ""
    outcome: str = DONE
    request_id: str = ""
    tenant: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        words = (
            self.action, self.route, self.purpose, self.engine, self.document, self.outcome, self.request_id,
            self.tenant, self.subject, *self.counts,
        )  # fmt: skip
        if not self.action or not all(_IDENTIFIER.fullmatch(word) for word in words):
            raise InvalidInput(
                "What is recorded is a name of up to 100 letters, digits and .:+/{}@,*- without spaces; say the "
                "purpose like `research-12`."
            )
        if not self.who or len(self.who) > _MOST_WHO or not self.who.isprintable():
            raise InvalidInput(f"Say who did it, in 1 to {_MOST_WHO} characters of one line.")
        if not 0 <= self.at < _LAST_SECOND or not all(type(count) is int for count in self.counts.values()):
            raise InvalidInput("A time is in seconds since 1970, and a count is a whole number.")

    def to_bytes(self) -> bytes:
        """Return the entry as it is kept and linked: the same bytes for the same entry."""
        return json.dumps(
            {**asdict(self), "counts": dict(self.counts)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @classmethod
    def of(cls, kept: bytes) -> AuditEntry:
        """Return the entry that was kept as these bytes; raises ``ValueError`` where they are none."""
        try:
            return cls(**json.loads(kept))
        except (TypeError, InvalidInput, AttributeError, RecursionError) as error:
            raise ValueError("This row was not written by the audit log.") from error


class AuditStore(Protocol):
    """Keeps the rows of the log and its head; every method raises ``StorageError`` where it cannot."""

    async def append(self, grow: Callable[[AuditHead | None], Grown]) -> AuditRow:
        """Keep the row and the head that ``grow`` makes of the head kept, and return the row.

        All in one transaction, and nobody else, in this process or another, reads that head before it is replaced. A
        number that is taken is a ``StorageError``: nothing is ever written over.
        """
        ...

    async def rows(self, *, after: int = 0, limit: int = PAGE) -> Sequence[AuditRow]:
        """Return up to ``limit`` rows whose numbers come after ``after``, in their order."""
        ...

    async def head(self) -> AuditHead | None:
        """Return the head, or ``None`` where nothing was ever recorded."""
        ...


class Audit:
    """Records what happened, and says whether what was recorded still stands."""

    def __init__(self, store: AuditStore, secret: Secret, *, now: Callable[[], float] = time.time) -> None:
        self.store = store
        self.secret = secret
        self.now = now
        self._chain: Chain | None = None

    def entry(
        self,
        asker: Asker,
        action: str,
        *,
        counts: Mapping[str, int] | None = None,
        document: str = "",
        engine: str = "",
        outcome: str = DONE,
        subject: str = "",
    ) -> AuditEntry:
        """Return the entry that says what ``asker`` does now.

        Raises:
            InvalidInput: a part of it is longer, or of other characters, than the log keeps.
        """
        return AuditEntry(
            at=self.now(),
            who=asker.who,
            action=action,
            route=asker.route,
            purpose=asker.purpose,
            engine=engine,
            counts={} if counts is None else counts,
            document=document,
            outcome=outcome,
            request_id=asker.request_id,
            tenant=asker.tenant,
            subject=subject,
        )

    async def record(self, entry: AuditEntry) -> AuditRow:
        """Keep ``entry`` at the end of the log and return its row; do so before what was done is handed over.

        Raises:
            StorageError: it cannot be kept; what was done is then not handed over either.
        """
        chain, kept = self._made_chain(), entry.to_bytes()
        return await self.store.append(lambda head: chain.grown(head, kept))

    @asynccontextmanager
    async def recording(self, entry: AuditEntry) -> AsyncIterator[None]:
        """Record ``entry`` when the block ends: done, or with the code of the error it raises.

        Raises:
            StorageError: it was done and cannot be recorded.
        """
        try:
            yield
        except Exception as error:
            # What was not done need not wait for the log.
            with suppress(StorageError):
                await self.record(replace(entry, outcome=getattr(error, "code", EpicrisisError.code)))
            raise
        await self.record(entry)

    def mark(self, text: str) -> str:
        """Return what stands for a document in the log: a keyed hash of ``text``, of use to nobody without the key."""
        return self._made_chain().mark(text)

    async def head(self) -> AuditHead | None:
        """Return where the log ends now; noted elsewhere, it shows whether an older log is put in its place."""
        return await self.store.head()

    async def verify(self, *, after: int = 0, noted: str = "") -> Fault | None:
        """Return the first row that is not as it was written, or ``None`` where all are.

        ``after`` is a row to begin behind, taken as it stands: where the secret was changed, for one. ``noted`` is a
        head as it was told earlier, ``count:link``.

        Raises:
            InvalidInput: ``noted`` is no head.
            InvalidSettings: there is a log, and no secret to check it with.
            StorageError: the log cannot be read.
        """
        known = self.secret.known()
        if known is None:
            if await self.store.head() is None and not await self.store.rows(limit=1):
                return None
            raise InvalidSettings(
                "There is an audit log and no secret to check it with; put EPICRISIS_SECRET_KEY or secret.key back."
            )
        return await first_fault(self.store, Chain(known), after=after, noted=_noted(noted))

    def _made_chain(self) -> Chain:
        if self._chain is None:
            self._chain = Chain(self.secret.ensured())
        return self._chain


def _noted(said: str) -> AuditHead | None:
    if not said:
        return None
    shaped = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", said)
    if shaped is None:
        raise InvalidInput(
            "A head is a number, a colon and 64 hexadecimal digits, as `epicrisis audit verify` tells it."
        )
    return AuditHead(int(shaped[1]), bytes.fromhex(shaped[2]), b"")
